package io.github.grpconce.cleanroom;

import io.github.grpconce.cleanroom.ByteCode.Body;
import io.github.grpconce.cleanroom.ByteCode.JavaType;
import io.github.grpconce.cleanroom.ByteCode.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Reads one class file. */
final class TypeReader extends ClassVisitor {
  private final List<String> parents = new ArrayList<>();
  private final Map<Method, Body> bodies = new HashMap<>();
  private String name = "";

  TypeReader() {
    super(Opcodes.ASM9);
  }

  JavaType type() {
    return new JavaType(name, parents, bodies);
  }

  @Override
  public void visit(
      int version,
      int access,
      String name,
      @Nullable String signature,
      @Nullable String superName,
      String[] interfaces) {
    this.name = name;
    if (superName != null) {
      parents.add(superName);
    }
    parents.addAll(List.of(interfaces));
  }

  @Override
  public @Nullable MethodVisitor visitMethod(
      int access,
      String name,
      String descriptor,
      @Nullable String signature,
      String @Nullable [] exceptions) {
    if ((access & Opcodes.ACC_ABSTRACT) != 0) {
      return null;
    }
    Body body = new Body((access & Opcodes.ACC_NATIVE) != 0);
    bodies.put(new Method(this.name, name, descriptor), body);
    return new BodyReader(body);
  }

  private static final class BodyReader extends MethodVisitor {
    private final Body body;

    BodyReader(Body body) {
      super(Opcodes.ASM9);
      this.body = body;
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      Method called = new Method(owner, name, descriptor);
      if (opcode == Opcodes.INVOKESTATIC || opcode == Opcodes.INVOKESPECIAL) {
        body.exact().add(called);
      } else {
        body.dispatched().add(called);
      }
      if (opcode == Opcodes.INVOKESTATIC) {
        body.exact().add(Method.initializerOf(owner));
      }
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
      if (opcode == Opcodes.NEW) {
        make(type);
      }
    }

    private void make(String type) {
      body.made().add(type);
      body.exact().add(Method.initializerOf(type));
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
      if (opcode == Opcodes.GETSTATIC || opcode == Opcodes.PUTSTATIC) {
        body.exact().add(Method.initializerOf(owner));
      }
    }

    /** A lambda or a method reference counts as called where it is made. */
    @Override
    public void visitInvokeDynamicInsn(
        String name, String descriptor, Handle bootstrap, Object... arguments) {
      for (Object argument : arguments) {
        if (argument instanceof Handle handle) {
          refer(handle);
        }
      }
    }

    private void refer(Handle handle) {
      Method called = new Method(handle.getOwner(), handle.getName(), handle.getDesc());
      switch (handle.getTag()) {
        case Opcodes.H_INVOKEVIRTUAL, Opcodes.H_INVOKEINTERFACE -> body.dispatched().add(called);
        case Opcodes.H_NEWINVOKESPECIAL -> {
          make(handle.getOwner());
          body.exact().add(called);
        }
        default -> {
          body.exact().add(called);
          body.exact().add(Method.initializerOf(handle.getOwner()));
        }
      }
    }
  }
}

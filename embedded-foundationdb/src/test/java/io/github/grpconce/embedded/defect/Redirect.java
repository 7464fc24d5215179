package io.github.grpconce.embedded.defect;

import io.github.grpconce.embedded.EmbeddedDatabase;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * A change of the engine's byte code: where some method calls another one, it calls one of ours
 * instead. Ours is static, and takes the other one's receiver as its first parameter.
 *
 * @param from where calls are changed
 * @param to what is no longer called there
 * @param mistake what is called instead
 */
record Redirect(Name from, Name to, Name mistake) {
  private static final String ANYWHERE = "*";
  private static final String ENGINE =
      EmbeddedDatabase.class.getPackageName().replace('.', '/') + "/internal/";

  /** A class in a room of the engine, and one of its methods; or {@link #ANYWHERE} in it. */
  private record Name(String type, String method) {
    static Name of(String text) {
      int dot = text.indexOf('.');
      return new Name(ENGINE + text.substring(0, dot), text.substring(dot + 1));
    }
  }

  /** Methods are named like {@code log/LogTail.store}. */
  static Redirect of(String from, String to, String mistake) {
    return new Redirect(Name.of(from), Name.of(to), Name.of(mistake));
  }

  /** The class where calls are changed. */
  String className() {
    return from.type.replace('/', '.');
  }

  /**
   * The class with its calls changed.
   *
   * @throws IllegalStateException if there is no such call: then nothing would be wrong
   */
  byte[] applyTo(byte[] code) {
    ClassReader reader = new ClassReader(code);
    ClassWriter writer = new ClassWriter(0);
    Calls calls = new Calls(writer);
    reader.accept(calls, 0);
    if (calls.changed == 0) {
      throw new IllegalStateException("no call to change: " + this);
    }
    return writer.toByteArray();
  }

  private final class Calls extends ClassVisitor {
    private int changed;

    Calls(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
      return from.method.equals(ANYWHERE) || from.method.equals(name) ? new Call(this, next) : next;
    }
  }

  private final class Call extends MethodVisitor {
    private final Calls calls;

    Call(Calls calls, MethodVisitor next) {
      super(Opcodes.ASM9, next);
      this.calls = calls;
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      if (!owner.equals(to.type) || !name.equals(to.method)) {
        super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        return;
      }
      calls.changed++;
      String receiver = opcode == Opcodes.INVOKESTATIC ? "" : "L" + owner + ";";
      super.visitMethodInsn(
          Opcodes.INVOKESTATIC,
          mistake.type,
          mistake.method,
          "(" + receiver + descriptor.substring(1),
          false);
    }
  }
}

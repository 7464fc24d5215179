package io.github.grpconce.demo.harness;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A process that behaves like a service, or misbehaves as its argument says. */
final class FakeService {

  private FakeService() {}

  public static void main(String[] args) throws IOException {
    System.err.println("arguments: " + String.join(" ", args));
    switch (args[0]) {
      case "serve" -> {
        System.out.println("listening on 127.0.0.1:" + args[1]);
        System.in.transferTo(OutputStream.nullOutputStream());
      }
      case "fail" -> {
        System.err.println("the disk is on fire");
        System.exit(3);
      }
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  static Launch launch(Path directory) throws IOException {
    Path jar = directory.resolve("fake.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, FakeService.class.getName());
    String entry = FakeService.class.getName().replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        var bytes = FakeService.class.getResourceAsStream("/" + entry)) {
      out.putNextEntry(new JarEntry(entry));
      bytes.transferTo(out);
    }
    return new Launch("fake", jar, List.of());
  }
}

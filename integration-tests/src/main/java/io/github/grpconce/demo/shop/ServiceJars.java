package io.github.grpconce.demo.shop;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The runnable services.
 *
 * @param payment the payment service's jar
 * @param order the order service's jar
 */
public record ServiceJars(Path payment, Path order) {

  /**
   * Finds the jars that the build has made beside this class's own module.
   *
   * @throws IllegalStateException if they aren't there
   */
  public static ServiceJars ofThisBuild() {
    // Either integration-tests/target/classes or integration-tests/target/demo.jar.
    Path modules = ownCode().resolve("../../..").normalize();
    return new ServiceJars(jar(modules, "services-payment"), jar(modules, "services-order"));
  }

  private static Path ownCode() {
    try {
      return Path.of(ServiceJars.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the class path has an entry that is no path", e);
    }
  }

  private static Path jar(Path modules, String module) {
    Path jar = modules.resolve(module).resolve("target").resolve(module + ".jar");
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException(jar + " is missing: build it with mvn package");
    }
    return jar;
  }
}

package io.github.grpconce.demo.runtime;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a duration, and says what one looks like where there is none. */
final class DurationFlag implements ITypeConverter<Duration> {

  @Override
  @SuppressWarnings("UnusedException") // It says where it stopped reading, and not why.
  public Duration convert(String value) {
    try {
      return Duration.parse(value);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException(
          "'"
              + value
              + "' is no duration: write PT5S for five seconds, PT90M for ninety minutes, P7D for"
              + " seven days");
    }
  }
}

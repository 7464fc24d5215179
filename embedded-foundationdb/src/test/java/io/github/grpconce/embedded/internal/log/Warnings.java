package io.github.grpconce.embedded.internal.log;

import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** Keeps what was logged. Thread-safe. */
final class Warnings implements System.Logger {

  private final List<String> messages = new ArrayList<>();

  synchronized List<String> messages() {
    return List.copyOf(messages);
  }

  @Override
  public String getName() {
    return "warnings";
  }

  @Override
  public boolean isLoggable(Level level) {
    return true;
  }

  @Override
  public synchronized void log(
      Level level, @Nullable ResourceBundle bundle, String message, @Nullable Throwable thrown) {
    messages.add(message + ": " + thrown);
  }

  @Override
  public synchronized void log(
      Level level, @Nullable ResourceBundle bundle, String format, @Nullable Object... params) {
    messages.add(MessageFormat.format(format, params));
  }
}

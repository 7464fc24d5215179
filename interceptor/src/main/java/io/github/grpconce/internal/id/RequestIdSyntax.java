package io.github.grpconce.internal.id;

/** How a request ID is spelled: plainly, or as a structured field's string (RFC 9651, 3.3.3). */
public final class RequestIdSyntax {

  /** Characters. */
  public static final int MAX_LENGTH = 255;

  private static final char QUOTE = '"';
  private static final char ESCAPE = '\\';

  /** What a program sends that has a field for a UUID and never set it. */
  private static final String ZERO_UUID = "00000000-0000-0000-0000-000000000000";

  private RequestIdSyntax() {}

  public static String parse(String text) {
    return text.startsWith("\"") ? checked(unquoted(text)) : checked(text);
  }

  private static String checked(String value) {
    require(!value.isEmpty(), "is empty");
    require(
        value.length() <= MAX_LENGTH,
        "has " + value.length() + " characters, more than " + MAX_LENGTH);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      require(
          c >= ' ' && c <= '~', "has a character at position " + i + " that isn't printable ASCII");
    }
    require(
        value.charAt(0) != ' ' && value.charAt(value.length() - 1) != ' ',
        "starts or ends with a space, which transports drop");
    // It would be taken for the quoted form when it is read back from the wire.
    require(value.charAt(0) != QUOTE, "starts with a double quote within its quotes");
    require(
        !value.equals(ZERO_UUID),
        "is the zero UUID, which is what a program holds that has set none: all its calls would be"
            + " one");
    return value;
  }

  private static String unquoted(String text) {
    StringBuilder value = new StringBuilder(text.length());
    int i = 1;
    while (i < text.length() && text.charAt(i) != QUOTE) {
      if (text.charAt(i) == ESCAPE) {
        i++;
        require(
            i < text.length() && (text.charAt(i) == QUOTE || text.charAt(i) == ESCAPE),
            "has a backslash before something other than a double quote or a backslash");
      }
      value.append(text.charAt(i));
      i++;
    }
    require(i < text.length(), "starts with a double quote but has no closing one");
    require(i == text.length() - 1, "has text after its closing double quote");
    return value.toString();
  }

  private static void require(boolean condition, String complaint) {
    if (!condition) {
      throw new IllegalArgumentException("the request ID " + complaint);
    }
  }
}

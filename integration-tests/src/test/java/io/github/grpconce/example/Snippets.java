package io.github.grpconce.example;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Code in a document, and the regions of a source file that it is to be taken from. */
final class Snippets {

  private static final Pattern REGION =
      Pattern.compile("(?ms)^ *// readme: (?!end)\\S+\\n(.*?)^ *// readme: end$");

  private Snippets() {}

  /** The blocks of a Markdown text that are in a language. */
  static List<String> inMarkdown(String language, String markdown) {
    return find(Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$"), markdown);
  }

  /** What stands between {@code // readme: NAME} and {@code // readme: end} in a Java text. */
  static List<String> inJava(String source) {
    return find(REGION, source);
  }

  private static List<String> find(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(Snippets::content).toList();
  }

  private static String content(MatchResult match) {
    // A blank last line would count as one without indentation.
    return match.group(1).stripTrailing().stripIndent();
  }
}

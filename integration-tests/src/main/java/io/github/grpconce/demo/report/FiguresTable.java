package io.github.grpconce.demo.report;

import io.github.grpconce.demo.audit.Figures;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The figures of a demo as a table: a row for each figure, a column for each run. */
public final class FiguresTable {

  private static final int LABEL_WIDTH = 34;
  private static final int COLUMN_WIDTH = 19;
  private static final int CENT_DIGITS = 2;
  private static final double MILLIS_PER_SECOND = 1_000;

  private static final List<Row> ROWS =
      List.of(
          Row.number("orders placed", Figures::orders),
          Row.number("  confirmed to the shopper", Figures::confirmed),
          Row.number("  declined for want of money", Figures::declined),
          Row.number("  not answered", Figures::unanswered),
          Row.number("attempts seen", Figures::attempts),
          Row.number("calls replayed", Figures::replays),
          Row.number("charges made", Figures::charges),
          Row.number("orders charged twice", Figures::ordersChargedTwice),
          Row.number("orders charged but not confirmed", Figures::ordersChargedNotConfirmed),
          Row.number("orders lost", Figures::ordersLost),
          new Row("money missing", figures -> money(figures.moneyMissingCents())),
          new Row("books balance", figures -> figures.unbalancedCents() == 0 ? "yes" : "no"),
          Row.number("orders still being executed", Figures::inProgress),
          Row.number("breaches found in the stores", figures -> figures.breaches().size()),
          Row.number("payment service killed", Figures::kills),
          new Row("seconds", FiguresTable::seconds));

  private FiguresTable() {}

  /** Draws the table; each line ends with a line feed. */
  public static String draw(Optional<Figures> unguarded, Optional<Figures> guarded) {
    StringBuilder table = new StringBuilder();
    Stream<String> heads =
        Stream.of(
                unguarded.map(figures -> "without grpc-once"),
                guarded.map(figures -> "with grpc-once"))
            .flatMap(Optional::stream);
    appendLine(table, "", heads);
    for (Row row : ROWS) {
      Stream<String> values =
          Stream.of(unguarded, guarded).flatMap(Optional::stream).map(row.value());
      appendLine(table, row.label(), values);
    }
    return table.toString();
  }

  private static void appendLine(StringBuilder table, String label, Stream<String> cells) {
    table.append(pad(label, -LABEL_WIDTH));
    table.append(cells.map(cell -> pad(cell, COLUMN_WIDTH)).collect(Collectors.joining()));
    table.append('\n');
  }

  /** To the right if the width is positive, to the left if it is negative. */
  private static String pad(String text, int width) {
    return String.format(Locale.ROOT, "%" + width + "s", text);
  }

  private static String money(long cents) {
    return String.format(Locale.ROOT, "%,.2f", BigDecimal.valueOf(cents, CENT_DIGITS));
  }

  private static String seconds(Figures figures) {
    return String.format(Locale.ROOT, "%.1f", figures.time().toMillis() / MILLIS_PER_SECOND);
  }

  private record Row(String label, Function<Figures, String> value) {

    static Row number(String label, Function<Figures, Number> number) {
      return new Row(
          label, figures -> String.format(Locale.ROOT, "%,d", number.apply(figures).longValue()));
    }
  }
}

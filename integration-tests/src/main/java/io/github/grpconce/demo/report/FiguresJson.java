package io.github.grpconce.demo.report;

import com.google.gson.JsonObject;
import io.github.grpconce.demo.audit.Figures;
import java.util.Optional;

/**
 * The figures of a demo as one JSON object on one line.
 *
 * <pre>{@code
 * {"seed": 7, "store": "embedded",
 *  "unguarded": {"orders": 200, "confirmed": 190, "attempts": 689, "charges": 260,
 *                "ordersChargedTwice": 52, "ordersChargedNotConfirmed": 0, "ordersLost": 0,
 *                "moneyMissing": 961208, "replays": 0, "inProgress": 0, "breaches": 71,
 *                "kills": 2, "seconds": 7.3},
 *  "guarded": {…}}
 * }</pre>
 *
 * <p>{@code moneyMissing} is in cents; {@code seconds} has a fraction. The other fields are what
 * {@link Figures} says; of {@code breaches} the number. A run that was left out has no field.
 */
public final class FiguresJson {

  private static final double MILLIS_PER_SECOND = 1_000;

  private FiguresJson() {}

  /**
   * Writes the figures.
   *
   * @param store {@code embedded} or {@code foundationdb}
   */
  public static String write(
      long seed, String store, Optional<Figures> unguarded, Optional<Figures> guarded) {
    JsonObject json = new JsonObject();
    json.addProperty("seed", seed);
    json.addProperty("store", store);
    unguarded.ifPresent(figures -> json.add("unguarded", json(figures)));
    guarded.ifPresent(figures -> json.add("guarded", json(figures)));
    return json.toString();
  }

  private static JsonObject json(Figures figures) {
    JsonObject json = new JsonObject();
    json.addProperty("orders", figures.orders());
    json.addProperty("confirmed", figures.confirmed());
    json.addProperty("attempts", figures.attempts());
    json.addProperty("charges", figures.charges());
    json.addProperty("ordersChargedTwice", figures.ordersChargedTwice());
    json.addProperty("ordersChargedNotConfirmed", figures.ordersChargedNotConfirmed());
    json.addProperty("ordersLost", figures.ordersLost());
    json.addProperty("moneyMissing", figures.moneyMissingCents());
    json.addProperty("replays", figures.replays());
    json.addProperty("inProgress", figures.inProgress());
    json.addProperty("breaches", figures.breaches().size());
    json.addProperty("kills", figures.kills());
    json.addProperty("seconds", figures.time().toMillis() / MILLIS_PER_SECOND);
    return json;
  }
}

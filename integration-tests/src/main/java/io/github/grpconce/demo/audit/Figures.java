package io.github.grpconce.demo.audit;

import java.time.Duration;
import java.util.List;

/**
 * The result of a run. All figures come from the services' stores, but for what only the shopper
 * can know (the purchases and the answers to them) and what was done to the processes.
 *
 * <p>A purchase is what the shopper wants to buy once; an order is what the order service stores.
 * Without request IDs there may be several orders for one purchase. The figures count purchases,
 * under the name under which shoppers know them: orders.
 *
 * @param orders purchases that the shopper set out to make
 * @param confirmed those to which the order service answered OK in the end
 * @param declined those to which it answered with a final refusal
 * @param unanswered those that got no answer within the shopper's patience
 * @param answeredWrongly those that were confirmed though the customer has no money, or declined
 *     though there was enough
 * @param attempts calls that place or charge an order and arrived at either service, first ones and
 *     repeated ones
 * @param charges charges in the payment service's books
 * @param ordersChargedTwice purchases with more than one charge
 * @param ordersChargedNotConfirmed purchases with a charge whose shopper was not told OK
 * @param ordersLost purchases whose shopper was told OK, but the order service has no such order,
 *     or the payment service no charge for it
 * @param moneyMissingCents by how many cents the customers' accounts are off from what they hold
 *     after each confirmed purchase was paid once
 * @param unbalancedCents by how many cents the payment service's books contradict themselves: the
 *     sum of all accounts, and what each account's payments don't explain
 * @param replays attempts that were answered from a record
 * @param inProgress executions of the order service that are still in progress
 * @param breaches everything in the stores that must not be, as a {@link Reconciliation} lists it
 * @param kills how often the payment service was ended by SIGKILL
 * @param time from the first try to the last answer
 */
public record Figures(
    int orders,
    int confirmed,
    int declined,
    int unanswered,
    int answeredWrongly,
    long attempts,
    int charges,
    int ordersChargedTwice,
    int ordersChargedNotConfirmed,
    int ordersLost,
    long moneyMissingCents,
    long unbalancedCents,
    long replays,
    int inProgress,
    List<Breach> breaches,
    int kills,
    Duration time) {

  /** Takes a copy of the breaches. */
  public Figures {
    breaches = List.copyOf(breaches);
  }
}

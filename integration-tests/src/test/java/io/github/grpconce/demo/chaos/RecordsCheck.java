package io.github.grpconce.demo.chaos;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.grpconce.RequestId;
import io.github.grpconce.demo.audit.Breach;
import io.github.grpconce.demo.order.OrderServer;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc;
import io.github.grpconce.demo.payment.PaymentServer;
import io.github.grpconce.demo.runtime.Store;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.StorePlace;
import io.github.grpconce.operator.RecordInspector;
import io.github.grpconce.v1.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares the guard's records with what clients were told, when everything has come to rest. */
final class RecordsCheck {

  private static final int MOST_IN_PROGRESS = 1_000;
  private static final String PLACING = OrderServiceGrpc.getPlaceOrderMethod().getFullMethodName();

  private RecordsCheck() {}

  /**
   * Returns everything that must not be: an answer without the record that repeats it, and an
   * execution in progress.
   *
   * @param requestIds of the purchases that were begun, by their references
   * @param answers what clients were told in the end
   */
  static List<Breach> breaches(
      StorePlace place, Map<String, RequestId> requestIds, Map<String, Answer> answers) {
    List<Breach> breaches = new ArrayList<>();
    for (String service : List.of(PaymentServer.NAME, OrderServer.NAME)) {
      int inProgress = inProgress(place, service);
      if (inProgress > 0) {
        breaches.add(
            new Breach(
                Breach.Kind.HALF_DONE,
                "%d executions of the %s service are in progress".formatted(inProgress, service)));
      }
    }
    try (Store store = place.open(OrderServer.NAME)) {
      RecordInspector records =
          RecordInspector.of(store.database(), place.space(OrderServer.NAME).records());
      answers.forEach(
          (reference, answer) -> {
            Optional<Record> record = records.find("", PLACING, requestIds.get(reference)).join();
            if (!repeats(record, answer)) {
              breaches.add(
                  new Breach(
                      Breach.Kind.WRONG_ANSWER,
                      "%s was answered with %s, and its record is %s"
                          .formatted(reference, answer, record)));
            }
          });
    }
    return breaches;
  }

  /** How many executions of a service have begun and not ended, up to 1,000. */
  static int inProgress(StorePlace place, String service) {
    try (Store store = place.open(service)) {
      return RecordInspector.of(store.database(), place.space(service).records())
          .executionsInProgress(MOST_IN_PROGRESS)
          .join()
          .size();
    }
  }

  private static boolean repeats(Optional<Record> record, Answer answer) {
    if (answer instanceof Answer.Unanswered || record.isEmpty() || !record.get().hasOutcome()) {
      return false;
    }
    List<ByteString> responses = record.get().getOutcome().getResponsesList();
    return answer instanceof Answer.Confirmed confirmed
        ? responses.size() == 1 && orderId(responses.get(0)).equals(confirmed.orderId())
        : responses.isEmpty() && record.get().getOutcome().getCode() != 0;
  }

  private static String orderId(ByteString response) {
    try {
      return Order.parseFrom(response).getOrderId();
    } catch (InvalidProtocolBufferException e) {
      return "unreadable";
    }
  }
}

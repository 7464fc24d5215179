package io.github.grpconce.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DynamicMessage;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.github.grpconce.RequestIdField;
import io.github.grpconce.TestMethods;
import io.github.grpconce.client.RecordingChannel;
import io.github.grpconce.client.RecordingListener;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is done with a call before its request is there. */
class MessageIdentifiedCallTest {

  private static final MethodDescriptor<DynamicMessage, DynamicMessage> METHOD =
      TestMethods.unary(TestMethods.guarded());

  private final RecordingChannel channel = new RecordingChannel();
  private final RecordingListener<DynamicMessage> listener = new RecordingListener<>();
  private final ClientCall<DynamicMessage, DynamicMessage> call =
      new MessageIdentifiedCall<>(
          channel.newCall(METHOD, CallOptions.DEFAULT),
          RequestIdField.STANDARD,
          new IdChoice(Optional.empty(), null, true, () -> RequestId.of("new")));

  @Test
  void nothingIsDone_untilTheRequestIsThere() {
    call.start(listener, new Metadata());
    call.request(1);
    call.setMessageCompression(false);
    call.request(1);
    assertEquals(List.of(), channel.transcript());
    call.sendMessage(request("of-field"));
    call.halfClose();
    assertEquals(
        List.of("start", "request 1", "compression false", "request 1", "message", "halfClose"),
        channel.transcript());
    assertEquals(Optional.of("of-field"), channel.requestId());
  }

  @Test
  void everything_isForwardedOnceItIsStarted() {
    call.start(listener, new Metadata());
    call.sendMessage(request(""));
    call.setMessageCompression(true);
    call.request(3);
    call.cancel("enough", null);
    assertEquals(
        List.of("start", "message", "compression true", "request 3", "cancel enough"),
        channel.transcript());
    assertEquals(Optional.of("new"), channel.requestId());
  }

  @Test
  void aHalfCloseWithoutRequest_startsTheCallWithANewId() {
    call.start(listener, new Metadata());
    call.halfClose();
    assertEquals(List.of("start", "halfClose"), channel.transcript());
    assertEquals(Optional.of("new"), channel.requestId());
  }

  @Test
  void anIdInTheHeaders_waitsForTheRequest_whichMayHoldAnother() {
    Metadata headers = new Metadata();
    headers.put(IdempotencyHeaders.REQUEST_ID, "of-headers");
    call.start(listener, headers);
    call.request(1);
    assertEquals(List.of(), channel.transcript());
    call.sendMessage(request("of-headers"));
    assertEquals(List.of("start", "request 1", "message"), channel.transcript());
  }

  @Test
  void cancelledBeforeTheRequest_endsWithoutHavingBeenStarted() {
    IllegalStateException cause = new IllegalStateException("cause");
    call.start(listener, new Metadata());
    call.request(1);
    call.cancel("changed my mind", cause);
    call.sendMessage(request(""));
    call.halfClose();
    call.cancel("again", null);
    assertEquals(List.of(), channel.transcript());
    assertEquals(1, listener.ends().size());
    Status status = listener.ends().get(0).getStatus();
    assertEquals(Status.Code.CANCELLED, status.getCode());
    assertEquals("changed my mind", status.getDescription());
    assertEquals(cause, status.getCause());
  }

  /** Told later, it would be told to who starts the call, and what waits would wait for ever. */
  @Test
  void negativeNumberOfMessages_isRefusedAtOnce() {
    call.start(listener, new Metadata());
    assertThrows(IllegalArgumentException.class, () -> call.request(-1));
    call.sendMessage(request(""));
    assertEquals(List.of("start", "message"), channel.transcript());
  }

  @Test
  void cancelledBeforeItsStart_isPassedOn() {
    call.cancel("changed my mind", null);
    assertEquals(List.of("cancel changed my mind"), channel.transcript());
  }

  /** The real call's start may run callbacks, or take so long that another thread cancels. */
  @Test
  void whatComesWhileItIsBeingStarted_waitsUntilItIs() {
    call.start(listener, new Metadata());
    channel.onStart(
        () -> {
          CompletableFuture.runAsync(() -> call.cancel("from another thread", null)).join();
          call.request(1);
        });
    call.sendMessage(request(""));
    assertEquals(
        List.of("start", "cancel from another thread", "request 1", "message"),
        channel.transcript());
  }

  @Test
  void isReady_forItsOneRequestUntilTheRealCallKnows() {
    call.start(listener, new Metadata());
    assertTrue(call.isReady());
    call.sendMessage(request(""));
    assertFalse(call.isReady());
  }

  @Test
  void startedTwice_isRefused() {
    call.start(listener, new Metadata());
    assertThrows(IllegalStateException.class, () -> call.start(listener, new Metadata()));
  }

  private static DynamicMessage request(String requestId) {
    return TestMethods.request(METHOD, requestId, "name");
  }
}

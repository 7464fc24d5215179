package io.github.grpconce.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DynamicMessage;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.github.grpconce.TestMethods;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the ID of a call comes from, and which calls get one. */
class IdempotencyClientInterceptorTest {

  private static final MethodDescriptor<DynamicMessage, DynamicMessage> METHOD =
      TestMethods.unary(TestMethods.guarded());
  private static final String METHOD_NAME = METHOD.getFullMethodName();

  private final AtomicInteger made = new AtomicInteger();
  private final IdempotencyClientInterceptor interceptor =
      IdempotencyClientInterceptor.create(() -> RequestId.of("new-" + made.incrementAndGet()));
  private final RecordingChannel channel = new RecordingChannel();

  @Test
  void withoutAnythingElse_theIdIsNew() {
    assertEquals(Optional.of("new-1"), idOfCall(CallOptions.DEFAULT));
    assertEquals(Optional.of("new-2"), idOfCall(CallOptions.DEFAULT));
  }

  @Test
  void create_makesRandomIds() {
    var call =
        ClientInterceptors.intercept(channel, IdempotencyClientInterceptor.create())
            .newCall(METHOD, CallOptions.DEFAULT);
    run(call, new Metadata(), "");
    assertTrue(RequestId.of(channel.requestId().orElseThrow()).time().isPresent());
  }

  @Test
  void theRequestsOwnField_isTheId() {
    assertEquals(Optional.of("of-field"), idOfCall(CallOptions.DEFAULT, "of-field"));
    assertEquals(0, made.get());
  }

  @Test
  void theRequestsOwnField_isCanonicalised() {
    assertEquals(
        Optional.of("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"),
        idOfCall(CallOptions.DEFAULT, "017F22E2-79B0-7CC3-98C4-DC0C0C07398F"));
    assertEquals(Optional.of("quoted"), idOfCall(CallOptions.DEFAULT, "\"quoted\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "é", "\"", "a\nb"})
  void aFieldThatHoldsNoId_isLeftToTheServer(String field) {
    assertEquals(Optional.empty(), idOfCall(CallOptions.DEFAULT, field));
    assertEquals(List.of("start", "message", "halfClose"), channel.transcript());
  }

  @Test
  void aGuardedExecution_givesChildrenInTheirOrder_andBeatsTheField() throws Exception {
    RequestId parent = RequestId.of("parent");
    Context context = new GuardedExecution(parent).attachTo(Context.ROOT);
    assertEquals(
        Optional.of(parent.child(METHOD_NAME, 0).value()),
        context.call(() -> idOfCall(CallOptions.DEFAULT, "of-field")));
    assertEquals(
        Optional.of(parent.child(METHOD_NAME, 1).value()),
        context.call(() -> idOfCall(CallOptions.DEFAULT)));
  }

  @Test
  void aLabel_namesTheChild_andCountsNoOrdinal() throws Exception {
    RequestId parent = RequestId.of("parent");
    Context context = new GuardedExecution(parent).attachTo(Context.ROOT);
    CallOptions labelled =
        CallOptions.DEFAULT.withOption(IdempotencyClientInterceptor.LABEL, "merchant-7");
    assertEquals(
        Optional.of(parent.child("merchant-7").value()), context.call(() -> idOfCall(labelled)));
    assertEquals(
        Optional.of(parent.child(METHOD_NAME, 0).value()),
        context.call(() -> idOfCall(CallOptions.DEFAULT)));
  }

  @Test
  void safeCallsOfAnExecution_countNoOrdinal() throws Exception {
    RequestId parent = RequestId.of("parent");
    Context context = new GuardedExecution(parent).attachTo(Context.ROOT);
    var safe = TestMethods.unary(TestMethods.safe());
    context.run(() -> run(intercepted(safe, CallOptions.DEFAULT), new Metadata(), ""));
    assertEquals(
        Optional.of(parent.child(METHOD_NAME, 0).value()),
        context.call(() -> idOfCall(CallOptions.DEFAULT)));
  }

  @Test
  void theContext_beatsTheExecution_forEveryCallInIt() throws Exception {
    Context execution = new GuardedExecution(RequestId.of("parent")).attachTo(Context.ROOT);
    Context context =
        IdempotencyClientInterceptor.withRequestId(execution, RequestId.of("of-context"));
    assertEquals(
        Optional.of("of-context"), context.call(() -> idOfCall(CallOptions.DEFAULT, "of-field")));
    assertEquals(Optional.of("of-context"), context.call(() -> idOfCall(CallOptions.DEFAULT)));
  }

  @Test
  void aLabel_namesTheChildOfTheContext() throws Exception {
    Context context =
        IdempotencyClientInterceptor.withRequestId(Context.ROOT, RequestId.of("of-context"));
    CallOptions labelled =
        CallOptions.DEFAULT.withOption(IdempotencyClientInterceptor.LABEL, "merchant-7");
    assertEquals(
        Optional.of(RequestId.of("of-context").child("merchant-7").value()),
        context.call(() -> idOfCall(labelled)));
  }

  @Test
  void aLabelWithoutAnOperation_changesNothing() {
    CallOptions labelled =
        CallOptions.DEFAULT.withOption(IdempotencyClientInterceptor.LABEL, "merchant-7");
    assertEquals(Optional.of("new-1"), idOfCall(labelled));
  }

  @Test
  void theOptions_beatTheContext() throws Exception {
    Context context =
        IdempotencyClientInterceptor.withRequestId(Context.ROOT, RequestId.of("of-context"));
    CallOptions options =
        CallOptions.DEFAULT.withOption(
            IdempotencyClientInterceptor.REQUEST_ID, RequestId.of("of-options"));
    assertEquals(Optional.of("of-options"), context.call(() -> idOfCall(options, "of-field")));
  }

  @Test
  void theHeaders_beatTheOptions_andStayAsTheyAre() {
    CallOptions options =
        CallOptions.DEFAULT.withOption(
            IdempotencyClientInterceptor.REQUEST_ID, RequestId.of("of-options"));
    run(intercepted(METHOD, options), headers("\"of-headers\""), "");
    assertEquals(Optional.of("\"of-headers\""), channel.requestId());
  }

  @Test
  void theHeaders_beatTheField() {
    run(intercepted(METHOD, CallOptions.DEFAULT), headers("of-headers"), "of-field");
    assertEquals(Optional.of("of-headers"), channel.requestId());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anInvalidIdInTheHeaders_endsTheCallBeforeItIsStarted(boolean requestCanHoldTheId) {
    CallOptions options =
        requestCanHoldTheId
            ? CallOptions.DEFAULT
            : CallOptions.DEFAULT.withOption(
                IdempotencyClientInterceptor.REQUEST_ID, RequestId.of("of-options"));
    for (Metadata headers : List.of(headers(""), headers("\"a"), headers("a", "b"))) {
      var call = intercepted(METHOD, options);
      RecordingListener<DynamicMessage> listener = run(call, headers, "of-field");
      call.request(1);
      call.setMessageCompression(true);
      assertFalse(call.isReady());
      call.cancel("too late", null);
      var end = listener.ends().get(0);
      assertEquals(Status.Code.INVALID_ARGUMENT, end.getStatus().getCode());
      assertEquals(Optional.of(ErrorReason.REQUEST_ID_INVALID), ErrorReason.of(end));
      assertEquals(1, listener.ends().size());
    }
    assertEquals(List.of(), channel.transcript());
  }

  @Test
  void theCallersHeaders_areNeverTouched() {
    Metadata headers = new Metadata();
    Metadata.Key<String> key = Metadata.Key.of("custom", Metadata.ASCII_STRING_MARSHALLER);
    headers.put(key, "value");
    run(intercepted(METHOD, CallOptions.DEFAULT), headers, "");
    assertEquals("value", channel.headers().get(key));
    assertFalse(headers.containsKey(IdempotencyHeaders.REQUEST_ID));
  }

  @ParameterizedTest
  @EnumSource(MethodType.class)
  void aMethodWithoutGuard_getsAnIdUnlessItIsBidirectional(MethodType type) {
    var method = TestMethods.method(type, TestMethods.unguarded());
    run(intercepted(method, CallOptions.DEFAULT), new Metadata(), "");
    assertEquals(type != MethodType.BIDI_STREAMING, channel.requestId().isPresent());
  }

  @ParameterizedTest
  @EnumSource(MethodType.class)
  void aSafeMethod_isNotTouched(MethodType type) {
    assertNotTouched(type, TestMethods.safe());
  }

  @Test
  void aBidirectionalMethod_isNotTouched() {
    assertNotTouched(MethodType.BIDI_STREAMING, TestMethods.unguarded());
  }

  private void assertNotTouched(MethodType type, MethodOptions methodOptions) {
    CallOptions options =
        CallOptions.DEFAULT.withOption(
            IdempotencyClientInterceptor.REQUEST_ID, RequestId.of("of-options"));
    Metadata headers = new Metadata();
    run(intercepted(TestMethods.method(type, methodOptions), options), headers, "of-field");
    assertEquals(headers, channel.headers());
    assertEquals(Optional.empty(), channel.requestId());
  }

  /** No message of a stream speaks for the whole, and the first may come late or never. */
  @Test
  void aClientStream_isStartedAtOnce_andItsFieldsAreNoIds() {
    var method = TestMethods.method(MethodType.CLIENT_STREAMING, TestMethods.guarded());
    run(intercepted(method, CallOptions.DEFAULT), new Metadata(), "of-field");
    assertEquals(Optional.of("new-1"), channel.requestId());
  }

  @Test
  void aServerStream_readsTheFieldOfItsOneRequest() {
    var method = TestMethods.method(MethodType.SERVER_STREAMING, TestMethods.guarded());
    run(intercepted(method, CallOptions.DEFAULT), new Metadata(), "of-field");
    assertEquals(Optional.of("of-field"), channel.requestId());
  }

  @Test
  void twoInterceptors_setOneId() {
    var twice = ClientInterceptors.intercept(channel, interceptor, interceptor);
    run(twice.newCall(METHOD, CallOptions.DEFAULT), new Metadata(), "");
    assertEquals(Optional.of("new-1"), channel.requestId());
  }

  @Test
  void anInterceptorThatCallsAgain_sendsOneIdFromBelow_andTwoFromAbove() {
    assertEquals(1, idsMadeBehind(new Doubling(), interceptor));
    assertEquals(2, idsMadeBehind(interceptor, new Doubling()));
    assertEquals(List.of("start", "start", "start", "start"), channel.transcript());
  }

  /** The last one is called first. */
  private int idsMadeBehind(ClientInterceptor... interceptors) {
    made.set(0);
    var method = TestMethods.method(MethodType.CLIENT_STREAMING, TestMethods.guarded());
    ClientInterceptors.intercept(channel, interceptors)
        .newCall(method, CallOptions.DEFAULT)
        .start(new RecordingListener<>(), new Metadata());
    return made.get();
  }

  /** Starts each call twice, as one that retries would. */
  private static final class Doubling implements ClientInterceptor {

    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
      return new Doubled<>(next.newCall(method, options), next.newCall(method, options));
    }
  }

  private static final class Doubled<ReqT, RespT> extends SimpleForwardingClientCall<ReqT, RespT> {
    private final ClientCall<ReqT, RespT> again;

    Doubled(ClientCall<ReqT, RespT> call, ClientCall<ReqT, RespT> again) {
      super(call);
      this.again = again;
    }

    @Override
    public void start(Listener<RespT> listener, Metadata headers) {
      super.start(listener, headers);
      again.start(new RecordingListener<>(), headers);
    }
  }

  @Test
  void twoCallsWithEqualOptionsInNoContext_haveDifferentIds() {
    assertNotEquals(idOfCall(CallOptions.DEFAULT), idOfCall(CallOptions.DEFAULT));
  }

  private Optional<String> idOfCall(CallOptions options) {
    return idOfCall(options, "");
  }

  private Optional<String> idOfCall(CallOptions options, String field) {
    run(intercepted(METHOD, options), new Metadata(), field);
    return channel.requestId();
  }

  private ClientCall<DynamicMessage, DynamicMessage> intercepted(
      MethodDescriptor<DynamicMessage, DynamicMessage> method, CallOptions options) {
    return ClientInterceptors.intercept(channel, interceptor).newCall(method, options);
  }

  private static RecordingListener<DynamicMessage> run(
      ClientCall<DynamicMessage, DynamicMessage> call, Metadata headers, String field) {
    RecordingListener<DynamicMessage> listener = new RecordingListener<>();
    call.start(listener, headers);
    call.sendMessage(TestMethods.request(METHOD, field, "name"));
    call.halfClose();
    return listener;
  }

  private static Metadata headers(String... requestIds) {
    Metadata headers = new Metadata();
    for (String requestId : requestIds) {
      headers.put(IdempotencyHeaders.REQUEST_ID, requestId);
    }
    return headers;
  }
}

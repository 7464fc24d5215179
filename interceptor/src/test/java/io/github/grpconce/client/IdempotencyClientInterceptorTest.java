package io.github.grpconce.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DynamicMessage;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.github.grpconce.TestMethods;
import io.github.grpconce.v1.GuardOptions;
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
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
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
  void aGuardedExecution_givesChildrenInTheirOrder() throws Exception {
    RequestId parent = RequestId.of("parent");
    Context context = new GuardedExecution(parent).attachTo(Context.ROOT);
    assertEquals(
        Optional.of(parent.child(METHOD_NAME, 0).value()),
        context.call(() -> idOfCall(CallOptions.DEFAULT)));
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
  void theContextWithinAnExecution_beatsIt_forEveryCallInIt() throws Exception {
    Context execution = new GuardedExecution(RequestId.of("parent")).attachTo(Context.ROOT);
    Context context =
        IdempotencyClientInterceptor.withRequestId(execution, RequestId.of("of-context"));
    assertEquals(Optional.of("of-context"), context.call(() -> idOfCall(CallOptions.DEFAULT)));
    assertEquals(Optional.of("of-context"), context.call(() -> idOfCall(CallOptions.DEFAULT)));
  }

  /** A consumer that processes a message within an application's own retry loop. */
  @Test
  void anExecutionThatBeganWithinTheContext_beatsIt() throws Exception {
    RequestId parent = RequestId.of("parent");
    Context outer = new GuardedExecution(RequestId.of("outer")).attachTo(Context.ROOT);
    Context chosen = IdempotencyClientInterceptor.withRequestId(outer, RequestId.of("of-context"));
    GuardedExecution inner = new GuardedExecution(parent);
    Context context = inner.attachTo(chosen);
    assertEquals(
        Optional.of(parent.child(METHOD_NAME, 0).value()),
        context.call(() -> idOfCall(CallOptions.DEFAULT)));
    assertEquals(
        Optional.of(inner.part("step").nextChild(METHOD_NAME).value()),
        inner.part("step").attachTo(chosen).call(() -> idOfCall(CallOptions.DEFAULT)));
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
    assertEquals(Optional.of("of-options"), context.call(() -> idOfCall(options)));
  }

  @Test
  void aLabel_namesTheChildOfTheOptionsId() {
    RequestId operation = RequestId.of("of-options");
    CallOptions options =
        CallOptions.DEFAULT.withOption(IdempotencyClientInterceptor.REQUEST_ID, operation);
    for (String label : List.of("debit", "fee")) {
      assertEquals(
          Optional.of(operation.child(label).value()),
          idOfCall(options.withOption(IdempotencyClientInterceptor.LABEL, label)));
    }
  }

  /** The server compares it with the header, and a label makes another one of it. */
  @Test
  void aFieldWithAnotherIdThanTheOneThatIsDue_endsTheCallBeforeItIsStarted() throws Exception {
    CallOptions options = CallOptions.DEFAULT;
    CallOptions chosen =
        options.withOption(IdempotencyClientInterceptor.REQUEST_ID, RequestId.of("of-options"));
    CallOptions labelled = options.withOption(IdempotencyClientInterceptor.LABEL, "debit");
    Context derived = new GuardedExecution(RequestId.of("parent")).attachTo(Context.ROOT);
    Context inContext =
        IdempotencyClientInterceptor.withRequestId(Context.ROOT, RequestId.of("of-context"));
    for (String field : List.of("of-field", "\u00e9", "", new UUID(0, 0).toString())) {
      var request = TestMethods.requestWithPresence(field);
      assertRefused(Context.ROOT, chosen, new Metadata(), request);
      assertRefused(derived, options, new Metadata(), request);
      assertRefused(inContext, options, new Metadata(), request);
      assertRefused(Context.ROOT, options, headers("of-headers"), request);
    }
    assertRefused(
        Context.ROOT, labelled, new Metadata(), TestMethods.requestWithPresence("of-field"));
    assertEquals(List.of(), channel.transcript());
  }

  private void assertRefused(
      Context context, CallOptions options, Metadata headers, DynamicMessage request)
      throws Exception {
    var call = context.call(() -> intercepted(TestMethods.withPresence(), options));
    RecordingListener<DynamicMessage> listener = new RecordingListener<>();
    call.start(listener, headers);
    call.sendMessage(request);
    call.halfClose();
    var end = listener.ends().get(0);
    assertEquals(Optional.of(ErrorReason.REQUEST_ID_INVALID), ErrorReason.of(end));
    assertTrue(end.getMessage().contains("Leave the field unset"), end.getMessage());
  }

  @Test
  void aFieldWithTheIdThatIsDue_isSentAsItIs() {
    String uuid = "F81D4FAE-7DEC-41D0-A765-00A0C91E6BF6";
    CallOptions options =
        CallOptions.DEFAULT.withOption(
            IdempotencyClientInterceptor.REQUEST_ID, RequestId.of(uuid.toLowerCase(Locale.ROOT)));
    assertEquals(Optional.of(uuid.toLowerCase(Locale.ROOT)), idOfCall(options, uuid));
    assertEquals(List.of("start", "message", "halfClose"), channel.transcript());
  }

  /** Nobody knows what the field means there: it may be another service's own trace ID. */
  @Test
  void aFieldOfAMethodWithoutGuard_isLeftAlone() throws Exception {
    RequestId parent = RequestId.of("parent");
    Context context = new GuardedExecution(parent).attachTo(Context.ROOT);
    var method = TestMethods.unary(TestMethods.unguarded());
    context.run(() -> run(intercepted(method, CallOptions.DEFAULT), new Metadata(), "of-field"));
    assertEquals(Optional.of(parent.child(METHOD_NAME, 0).value()), channel.requestId());
  }

  @Test
  void aFieldThatIsNotSet_isNoId_whateverItsDefault() {
    var call = intercepted(TestMethods.withPresence(), CallOptions.DEFAULT);
    call.start(new RecordingListener<>(), new Metadata());
    call.sendMessage(TestMethods.requestWithoutId());
    assertEquals(Optional.of("new-1"), channel.requestId());
  }

  @Test
  void theGuard_namesAnotherField_orNone() {
    for (String field : List.of("name", "")) {
      GuardOptions guard =
          GuardOptions.newBuilder()
              .setMode(GuardOptions.Mode.TRANSACTION)
              .setRequestIdField(field)
              .build();
      var method = TestMethods.unary(TestMethods.guarded(guard));
      var call = intercepted(method, CallOptions.DEFAULT);
      call.start(new RecordingListener<>(), new Metadata());
      call.sendMessage(TestMethods.request(method, "trace", "token"));
      assertEquals(Optional.of(field.isEmpty() ? "new-1" : "token"), channel.requestId());
    }
  }

  @Test
  void anUnlabelledCall_ofAnExecutionThatDemandsLabels_isRefused() throws Exception {
    GuardedExecution execution = new GuardedExecution(RequestId.of("parent")).withLabelledCalls();
    Context context = execution.attachTo(Context.ROOT);
    var listener =
        context.call(() -> run(intercepted(METHOD, CallOptions.DEFAULT), new Metadata(), ""));
    assertEquals(Optional.of(ErrorReason.LABEL_MISSING), ErrorReason.of(listener.ends().get(0)));
    assertEquals(List.of(), channel.transcript());
    CallOptions labelled =
        CallOptions.DEFAULT.withOption(IdempotencyClientInterceptor.LABEL, "gift");
    assertEquals(
        Optional.of(execution.child("gift").value()), context.call(() -> idOfCall(labelled)));
  }

  @Test
  void theHeaders_beatTheOptions_andStayAsTheyAre() {
    CallOptions options =
        CallOptions.DEFAULT.withOption(
            IdempotencyClientInterceptor.REQUEST_ID, RequestId.of("of-options"));
    // The second has no field for its ID, which is known beforehand.
    for (MethodType type : List.of(MethodType.UNARY, MethodType.CLIENT_STREAMING)) {
      var method = TestMethods.method(type, TestMethods.guarded());
      run(intercepted(method, options), headers("\"of-headers\""), "");
      assertEquals(
          List.of("\"of-headers\""),
          ImmutableList.copyOf(channel.headers().getAll(IdempotencyHeaders.REQUEST_ID)));
    }
  }

  /** It is that of the headers already, whoever has put it there. */
  @Test
  void aFieldWithTheIdOfTheHeaders_isSentAsItIs_whateverTheLabel() {
    CallOptions labelled =
        CallOptions.DEFAULT.withOption(IdempotencyClientInterceptor.LABEL, "merchant-7");
    run(intercepted(METHOD, labelled), headers("of-headers"), "of-headers");
    assertEquals(Optional.of("of-headers"), channel.requestId());
    assertEquals(List.of("start", "message", "halfClose"), channel.transcript());
  }

  /** Whether or not the request has a field for the ID. */
  @ParameterizedTest
  @EnumSource(names = {"UNARY", "CLIENT_STREAMING"})
  void anInvalidIdInTheHeaders_endsTheCallBeforeItIsStarted(MethodType type) {
    var method = TestMethods.method(type, TestMethods.guarded());
    for (Metadata headers : List.of(headers(""), headers("\"a"), headers("a", "b"))) {
      var call = intercepted(method, CallOptions.DEFAULT);
      RecordingListener<DynamicMessage> listener = run(call, headers, "");
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
    Metadata.Key<String> key = Metadata.Key.of("custom", Metadata.ASCII_STRING_MARSHALLER);
    // The second has no field for its ID, which is known beforehand.
    for (MethodType type : List.of(MethodType.UNARY, MethodType.CLIENT_STREAMING)) {
      Metadata headers = new Metadata();
      headers.put(key, "value");
      var method = TestMethods.method(type, TestMethods.guarded());
      run(intercepted(method, CallOptions.DEFAULT), headers, "");
      assertEquals("value", channel.headers().get(key));
      assertTrue(channel.requestId().isPresent());
      assertFalse(headers.containsKey(IdempotencyHeaders.REQUEST_ID));
    }
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

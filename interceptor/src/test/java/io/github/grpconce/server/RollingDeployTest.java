package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.headers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import io.github.grpconce.BytesMarshaller;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.Guard;
import io.github.grpconce.RequestId;
import io.github.grpconce.internal.fingerprint.Schema;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Attempts of one call that meet servers with two versions of the schema, over one store. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@StoreTest
class RollingDeployTest {

  private static final MethodDescriptor<byte[], byte[]> CALL =
      MethodDescriptor.newBuilder(BytesMarshaller.INSTANCE, BytesMarshaller.INSTANCE)
          .setType(MethodType.UNARY)
          .setFullMethodName("test.Service/Do")
          .build();

  private static final Schema OLD =
      Schema.of("proto3", "string name = 5", "Part part = 6", "message Part", "string text = 4");
  private static final Schema NEW =
      Schema.of(
          "proto3",
          "int64 at = 1 leftout",
          "optional int32 amount = 2",
          "More more = 3",
          "map<string,int32> map = 4",
          "string name = 5",
          "Part part = 6",
          "message Part",
          "int64 sent = 1 leftout",
          "int32 count = 2",
          "string text = 4",
          "message More",
          "int64 at = 1 leftout",
          "optional int32 zero = 2",
          "repeated string words = 3");

  private static final String FIRST =
      "at: 1 amount: 0 more { at: 1 zero: 0 words: 'b' words: 'a' } map { key: 'a' value: 1 } map {"
          + " key: 'b' value: 2 } name: 'n' part { sent: 1 count: 2 text: 't' }";
  private static final String RETRY =
      "at: 2 more { at: 2 words: 'b' words: 'a' } map { key: 'b' value: 2 } map { key: 'a' value: 1"
          + " } name: 'n' part { sent: 2 count: 2 text: 't' }";

  @AutoClose private final LedgerServer servers = new LedgerServer();
  private final AtomicInteger executions = new AtomicInteger();

  private Channel server(Schema schema) {
    var method =
        MethodDescriptor.newBuilder(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(schema.type())),
                BytesMarshaller.INSTANCE)
            .setType(MethodType.UNARY)
            .setFullMethodName(CALL.getFullMethodName())
            .build();
    ServerServiceDefinition service =
        ServerServiceDefinition.builder(method.getServiceName())
            .addMethod(
                method,
                ServerCalls.asyncUnaryCall(
                    (request, observer) -> {
                      observer.onNext(new byte[] {(byte) executions.incrementAndGet()});
                      observer.onCompleted();
                    }))
            .build();
    return servers.startUnchecked(
        servers.interceptor(options -> options.guard(method, Guard.transaction())).guard(service));
  }

  private static int call(Channel server, String id, String request) {
    ByteString sent = NEW.sent(request);
    return ClientCalls.blockingUnaryCall(
        ClientInterceptors.intercept(
            server, MetadataUtils.newAttachHeadersInterceptor(headers(id))),
        CALL,
        CallOptions.DEFAULT,
        sent.toByteArray())[0];
  }

  private void assertReplayed(Schema first, Schema later, String request, String retry) {
    String id = RequestId.random().value();
    int executed = call(server(first), id, request);
    assertEquals(executed, call(server(later), id, retry), request);
    assertEquals(executed, executions.get());
  }

  @Test
  void retry_isReplayed_byWhicheverServer() {
    for (Schema first : List.of(OLD, NEW)) {
      for (Schema later : List.of(OLD, NEW)) {
        assertReplayed(first, later, FIRST, FIRST);
        assertReplayed(first, later, RETRY, RETRY);
      }
    }
  }

  @Test
  void retryThatIsSentInAnotherWay_isReplayed_whereTheFirstServerKnewWhatDiffers() {
    for (Schema later : List.of(OLD, NEW)) {
      assertReplayed(NEW, later, FIRST, RETRY);
      assertReplayed(NEW, later, RETRY, FIRST);
    }
    // What is left out of "more" can't be known there; here it can.
    assertReplayed(OLD, NEW, FIRST, RETRY);
    assertReplayed(OLD, NEW, RETRY, FIRST);
  }

  @Test
  void otherRequest_isRefused_andItsFieldIsNamed() {
    for (Schema first : List.of(OLD, NEW)) {
      for (Schema later : List.of(OLD, NEW)) {
        assertRefused(first, later, FIRST.replace("'n'", "'m'"), "name");
        assertRefused(first, later, FIRST.replace("text: 't'", "text: 'u'"), "part");
        assertRefused(first, later, FIRST.replace("count: 2", "count: 3"), "part");
        String amount = later == NEW ? "amount" : "#2";
        assertRefused(first, later, FIRST.replace("amount: 0", "amount: 9"), amount);
        String map = later == NEW ? "map" : "#4";
        assertRefused(first, later, FIRST.replace("value: 1", "value: 3"), map);
      }
    }
  }

  private void assertRefused(Schema first, Schema later, String other, String field) {
    String id = RequestId.random().value();
    call(server(first), id, FIRST);
    Channel server = server(later);
    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> call(server, id, other));
    assertEquals(Optional.of(ErrorReason.REQUEST_ID_REUSED), ErrorReason.of(refusal));
    assertTrue(
        String.valueOf(refusal.getStatus().getDescription()).contains(field),
        () -> field + " in: " + refusal.getStatus());
  }
}

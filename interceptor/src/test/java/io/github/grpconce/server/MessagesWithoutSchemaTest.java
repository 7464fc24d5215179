package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import io.github.grpconce.BytesMarshaller;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.Guard;
import io.github.grpconce.RequestId;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Guarded methods that protobuf's compiler didn't make, or whose messages aren't protobuf's. */
@StoreTest
class MessagesWithoutSchemaTest {

  private static final String ID = RequestId.random().value();
  private static final byte[] ONE = {1};

  @AutoClose private final Database store = TestStore.open(EmbeddedDatabase::inMemory);
  private final FaultyDatabase faults = new FaultyDatabase(store);
  private final List<byte[]> requests = new CopyOnWriteArrayList<>();

  /** Marshals as another does, and says nothing of the messages. */
  private record Plain<T>(MethodDescriptor.Marshaller<T> real)
      implements MethodDescriptor.Marshaller<T> {

    @Override
    public InputStream stream(T value) {
      return real.stream(value);
    }

    @Override
    public T parse(InputStream stream) {
      return real.parse(stream);
    }
  }

  private static final MethodDescriptor<byte[], byte[]> OF_BYTES =
      MethodDescriptor.newBuilder(BytesMarshaller.INSTANCE, BytesMarshaller.INSTANCE)
          .setType(MethodType.UNARY)
          .setFullMethodName("test.Bytes/Do")
          .build();

  private <ReqT, RespT> OpenCall<ReqT, RespT> call(
      MethodDescriptor<ReqT, RespT> method, ServerCallHandler<ReqT, RespT> handler, ReqT request) {
    IdempotencyServerInterceptor guard =
        IdempotencyServerInterceptor.newBuilder(faults.database(), RECORDS)
            .scheduler(new ManualScheduler().service())
            .executor(Runnable::run)
            .guard(method, Guard.transaction())
            .build();
    ServerServiceDefinition service =
        ServerServiceDefinition.builder(method.getServiceName()).addMethod(method, handler).build();
    return OpenCall.open(guard, service, method, headers(ID)).send(request).halfClose();
  }

  private OpenCall<byte[], byte[]> call(byte[] request) {
    return call(
        OF_BYTES,
        ServerCalls.asyncUnaryCall(
            (given, observer) -> {
              requests.add(given.clone());
              given[0]++;
              observer.onNext(given);
              observer.onCompleted();
            }),
        request);
  }

  @Test
  void handlerThatChangesItsRequest_isGivenItUnchangedAtTheNextExecution() {
    faults.dropNextCommit(1039);

    OpenCall<byte[], byte[]> call = call(ONE);

    assertEquals(Status.Code.OK, call.code());
    assertEquals(2, requests.size());
    assertArrayEquals(ONE, requests.get(1));
    assertArrayEquals(new byte[] {2}, call.answer());
  }

  @Test
  void requestsOfBytes_areToldApart() {
    assertEquals(Status.Code.OK, call(ONE).code());

    assertTrue(call(ONE).isReplayed());
    OpenCall<byte[], byte[]> reused = call(new byte[] {7});
    assertEquals(Optional.of(ErrorReason.REQUEST_ID_REUSED), ErrorReason.of(reused.failure()));
    assertEquals(1, requests.size());
  }

  private OpenCall<AddRequest, Balance> call(
      MethodDescriptor<AddRequest, Balance> method, long amount) {
    return call(
        method,
        ServerCalls.asyncUnaryCall(
            (request, observer) -> {
              observer.onNext(Balance.getDefaultInstance());
              observer.onCompleted();
            }),
        add("alice", amount));
  }

  private void assertNamesTheFieldThatDiffers(MethodDescriptor<AddRequest, Balance> method) {
    assertEquals(Status.Code.OK, call(method, 5).code());

    Throwable refusal = call(method, 6).failure();

    assertEquals(Optional.of(ErrorReason.REQUEST_ID_REUSED), ErrorReason.of(refusal));
    assertTrue(refusal.getMessage().endsWith("differs is amount"), refusal.getMessage());
  }

  @Test
  void methodWhoseSchemaIsKnown_namesTheFieldThatDiffers() {
    MethodDescriptor<AddRequest, Balance> method = LedgerServiceGrpc.getAddMethod();

    assertNamesTheFieldThatDiffers(
        method.toBuilder(new Plain<>(method.getRequestMarshaller()), method.getResponseMarshaller())
            .build());
  }

  @Test
  void methodWhoseMarshallerKnowsTheMessages_namesTheFieldThatDiffers() {
    assertNamesTheFieldThatDiffers(
        LedgerServiceGrpc.getAddMethod().toBuilder().setSchemaDescriptor(null).build());
  }

  @Test
  void methodOfWhichNothingIsKnown_isGuardedAllTheSame() {
    MethodDescriptor<AddRequest, Balance> method = LedgerServiceGrpc.getAddMethod();
    MethodDescriptor<AddRequest, Balance> plain =
        method.toBuilder(new Plain<>(method.getRequestMarshaller()), method.getResponseMarshaller())
            .setSchemaDescriptor(null)
            .build();

    assertEquals(Status.Code.OK, call(plain, 5).code());
    assertTrue(call(plain, 5).isReplayed());
    assertEquals(
        Optional.of(ErrorReason.REQUEST_ID_REUSED), ErrorReason.of(call(plain, 6).failure()));
  }
}

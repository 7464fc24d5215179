package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Attributes;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** That no caller gets another's answer. */
@StoreTest
class ScopeTest {

  private static final AddRequest REQUEST = add("alice", 5);
  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("tenant", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<String> USER = Context.key("user");

  @AutoClose private final LedgerServer server = new LedgerServer();

  @Test
  void sameIdOfTwoCallers_isTwoOperations() {
    Channel channel = server.start(options -> options.scope(CallerScope.header(TENANT)));

    assertEquals(5, call(channel, "acme").getAmount());
    assertEquals(10, call(channel, "globex").getAmount());
    assertEquals(5, call(channel, "acme").getAmount());
    assertEquals(2, server.ledger.executions());
  }

  @Test
  void callsForTwoCallersEqualIds_haveDifferentIds() {
    List<RequestId> children = new CopyOnWriteArrayList<>();
    server.ledger.always(
        (request, observer) -> {
          children.add(GuardedExecution.current().nextChild("a.B/C"));
          server.ledger.addAndAnswer(request, observer);
        });
    Channel channel = server.start(options -> options.scope(CallerScope.header(TENANT)));
    server.faults.dropNextCommit(1020);

    call(channel, "acme");
    call(channel, "globex");

    assertEquals(3, children.size());
    assertEquals(children.get(0), children.get(1), "of one caller's two executions");
    assertNotEquals(children.get(1), children.get(2));
  }

  @Test
  void unknownCaller_isRefused() {
    Channel channel = server.start(options -> options.scope(CallerScope.header(TENANT)));

    for (Metadata headers : new Metadata[] {headers(), headers(""), headers("a", "b")}) {
      StatusRuntimeException refusal =
          assertThrows(StatusRuntimeException.class, () -> stub(channel, headers).add(REQUEST));
      assertEquals(Optional.of(ErrorReason.SCOPE_MISSING), ErrorReason.of(refusal));
      assertEquals(Status.Code.UNAUTHENTICATED, refusal.getStatus().getCode());
    }
    assertEquals(0, server.contents().size());
    assertEquals(0, server.ledger.executions());
  }

  /** Who says what a value's scope is need not think of there being none. */
  @Test
  void callerThatNobodyHasPutIntoTheContext_isRefused() {
    Channel channel =
        server.start(options -> options.scope(CallerScope.context(USER, String::toUpperCase)));

    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> stub(channel, headers("id")).add(REQUEST));

    assertEquals(Optional.of(ErrorReason.SCOPE_MISSING), ErrorReason.of(refusal));
  }

  @Test
  void unknownCallers_shareAScopeWhereThatIsAllowed() {
    Channel channel = server.start(options -> options.scope(CallerScope.header(TENANT).orShared()));

    assertEquals(5, stub(channel, headers()).add(REQUEST).getAmount());
    assertEquals(5, stub(channel, headers()).add(REQUEST).getAmount());
    assertEquals(10, call(channel, "acme").getAmount());
  }

  @Test
  void scopeOfTheContext_isWhatAnInterceptorAbovePutThere() {
    Channel channel =
        server.start(
            LedgerServer.Transport.IN_PROCESS,
            options -> options.scope(CallerScope.context(USER, user -> "user:" + user)),
            builder -> builder,
            new Authentication());

    assertEquals(5, call(channel, "carol").getAmount());
    assertEquals(10, call(channel, "dave").getAmount());
    assertEquals(5, call(channel, "carol").getAmount());
  }

  /** Whatever stands above the guard decides about replays too. */
  @Test
  void replay_isAuthorisedAgain() {
    Authentication authentication = new Authentication();
    Channel channel =
        server.start(
            LedgerServer.Transport.IN_PROCESS,
            options -> options,
            builder -> builder,
            authentication);
    assertEquals(5, call(channel, "carol").getAmount());

    authentication.revoked.add("carol");

    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> call(channel, "carol"));
    assertEquals(Status.Code.PERMISSION_DENIED, refusal.getStatus().getCode());
  }

  @Test
  void tlsPeer_isTheSubjectOfItsCertificate() {
    CallerScope scope = CallerScope.tlsPeer();

    assertEquals(
        Optional.of("CN=carol,O=Acme"),
        scope.find(new CallOf(session(new X500Principal("CN=carol, O=Acme"))), new Metadata()));
    assertEquals(Optional.empty(), scope.find(new CallOf(session(null)), new Metadata()));
    assertEquals(Optional.empty(), scope.find(new CallOf(null), new Metadata()));
  }

  private static SSLSession session(X500Principal peer) {
    return (SSLSession)
        Proxy.newProxyInstance(
            ScopeTest.class.getClassLoader(),
            new Class<?>[] {SSLSession.class},
            (proxy, method, args) -> {
              if (!method.getName().equals("getPeerPrincipal")) {
                throw new UnsupportedOperationException(method.getName());
              }
              if (peer == null) {
                throw new SSLPeerUnverifiedException("no certificate");
              }
              return peer;
            });
  }

  private static Balance call(Channel channel, String caller) {
    return stub(channel, headers(caller)).add(REQUEST);
  }

  private static Metadata headers(String... callers) {
    Metadata headers = LedgerServer.headers("the-same-id");
    for (String caller : callers) {
      headers.put(TENANT, caller);
    }
    return headers;
  }

  /** Lets everybody in who isn't revoked. */
  private static final class Authentication implements ServerInterceptor {

    private final Set<String> revoked = ConcurrentHashMap.newKeySet();

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      String user = headers.get(TENANT);
      if (revoked.contains(user)) {
        call.close(Status.PERMISSION_DENIED, new Metadata());
        return new ServerCall.Listener<>() {};
      }
      return Contexts.interceptCall(Context.current().withValue(USER, user), call, headers, next);
    }
  }

  /** A call over a connection with this TLS session, if any. */
  private static final class CallOf extends ServerCall<Object, Object> {

    private final Attributes attributes;

    CallOf(SSLSession session) {
      Attributes.Builder builder = Attributes.newBuilder();
      if (session != null) {
        builder.set(Grpc.TRANSPORT_ATTR_SSL_SESSION, session);
      }
      attributes = builder.build();
    }

    @Override
    public Attributes getAttributes() {
      return attributes;
    }

    @Override
    public void request(int messages) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void sendHeaders(Metadata headers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void sendMessage(Object message) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close(Status status, Metadata trailers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isCancelled() {
      throw new UnsupportedOperationException();
    }

    @Override
    public MethodDescriptor<Object, Object> getMethodDescriptor() {
      throw new UnsupportedOperationException();
    }
  }
}

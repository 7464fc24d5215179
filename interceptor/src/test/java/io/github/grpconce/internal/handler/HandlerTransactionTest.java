package io.github.grpconce.internal.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.TransactionOptions;
import com.apple.foundationdb.async.AsyncIterable;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@StoreTest
class HandlerTransactionTest {

  private static final byte[] BYTES = {1};

  private static final Set<String> REFUSED = Set.of("commit", "cancel", "close", "onError");

  /** The view does these itself: FoundationDB's own would commit, and try again. */
  private static final Set<String> WITHOUT_A_LOOP =
      Set.of("run", "runAsync", "read", "readAsync", "getExecutor");

  /** An operation, with what it was or is to be called with. */
  private record Asked(Method operation, List<Object> values) {}

  private final List<Asked> passedOn = new ArrayList<>();

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void operation_isTheTransactionsOwn(String name, Method operation) throws Exception {
    Object answer = sample(operation.getReturnType());
    List<Object> values = samples(operation);

    Object given = operation.invoke(view(recorder(answer)), values.toArray());

    assertIsTheTransactions(answer, given);
    assertEquals(List.of(new Asked(operation, values)), passedOn);
  }

  /**
   * Of futures, and what gives them, the handler has its own, which end as the transaction's do.
   */
  private static void assertIsTheTransactions(Object answer, Object given) {
    if (answer instanceof CompletableFuture<?> future) {
      assertInstanceOf(HandlerFuture.class, given);
      future.complete(null);
      assertTrue(((CompletableFuture<?>) given).isDone());
    } else if (answer instanceof AsyncIterable<?>) {
      assertEquals(answer, assertInstanceOf(HandlerRange.class, given).range());
    } else if (answer instanceof ReadTransaction) {
      assertEquals(answer, assertInstanceOf(HandlerSnapshot.class, given).delegate());
    } else {
      assertEquals(answer, given);
    }
  }

  private static HandlerTransaction view(Transaction transaction) {
    return new HandlerTransaction(
        transaction, Continuations.on(Runnable::run, UnaryOperator.identity()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void operationAfterTheAnswer_isRefused(String name, Method operation) {
    HandlerTransaction view = view(recorder(null));
    view.seal();

    InvocationTargetException failure =
        assertThrows(
            InvocationTargetException.class,
            () -> operation.invoke(view, samples(operation).toArray()));

    assertInstanceOf(IllegalStateException.class, failure.getCause());
    assertEquals(List.of(), passedOn);
  }

  /** All that FoundationDB's interface has, also in its next version; always in one order. */
  static Stream<Arguments> operations() {
    return Arrays.stream(Transaction.class.getMethods())
        .sorted(Comparator.comparing(Method::toString))
        .filter(method -> !REFUSED.contains(method.getName()))
        .filter(method -> !WITHOUT_A_LOOP.contains(method.getName()))
        .map(
            method ->
                arguments(method.getName() + Arrays.toString(method.getParameterTypes()), method));
  }

  @Test
  void functionIsGivenTheView_notTheTransactionItself() {
    HandlerTransaction view = view(recorder(null));
    view.seal();

    assertSame(view, view.<Object>run(given -> given));
    assertSame(view, view.<Object>read(given -> given));
    assertSame(view, view.<Object>runAsync(CompletableFuture::completedFuture).join());
    assertSame(view, view.<Object>readAsync(CompletableFuture::completedFuture).join());
    assertEquals(List.of(), passedOn);
  }

  /** As with FoundationDB's own, so that what handlers share with other code works the same. */
  @Test
  void asynchronousFunctionThatThrows_failsItsFuture() {
    Function<Object, CompletableFuture<Void>> mistaken =
        any -> {
          throw new ArithmeticException();
        };
    try (Database database = TestStore.open(EmbeddedDatabase::inMemory);
        Transaction transaction = database.createTransaction()) {
      HandlerTransaction view = view(transaction);

      assertTrue(view.runAsync(mistaken).isCompletedExceptionally());
      assertTrue(view.readAsync(mistaken).isCompletedExceptionally());
      assertInstanceOf(Continuations.class, view.getExecutor());
    }
  }

  private Transaction recorder(Object answer) {
    return proxy(
        Transaction.class,
        (self, method, values) -> {
          passedOn.add(new Asked(method, values == null ? List.of() : Arrays.asList(values)));
          return answer;
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static List<Object> samples(Method operation) {
    return Arrays.stream(operation.getParameterTypes())
        .map(HandlerTransactionTest::sample)
        .toList();
  }

  /** A value of a type that a mistake would hardly give. */
  @SuppressWarnings("FutureReturnValueIgnored") // nothing happens in it
  private static Object sample(Class<?> type) {
    if (type == int.class) {
      return 7;
    } else if (type == long.class || type == Long.class) {
      return 77L;
    } else if (type == boolean.class) {
      return true;
    } else if (type == void.class) {
      return null;
    } else if (type == byte[].class) {
      return BYTES;
    } else if (type == CompletableFuture.class) {
      return new CompletableFuture<>();
    }
    return sampleOfTheStore(type);
  }

  private static Object sampleOfTheStore(Class<?> type) {
    if (type == KeySelector.class) {
      return KeySelector.firstGreaterThan(BYTES);
    } else if (type == Range.class) {
      return Range.startsWith(BYTES);
    } else if (type == StreamingMode.class) {
      return StreamingMode.SMALL;
    } else if (type == MutationType.class) {
      return MutationType.MAX;
    } else if (type == TransactionOptions.class) {
      return new TransactionOptions((code, value) -> {});
    }
    return proxy(
        type,
        (self, method, values) -> method.getName().equals("equals") ? self == values[0] : null);
  }
}

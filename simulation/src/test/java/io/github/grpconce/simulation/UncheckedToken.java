package io.github.grpconce.simulation;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.grpconce.v1.Record;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Has an execution go on although another has taken over: each server takes the claim that it wrote
 * last for the one in the store, whatever token that has by now.
 */
final class UncheckedToken extends Defect {

  @Override
  Database store(Database store, Subspace records) {
    Map<ByteString, byte[]> claims = new HashMap<>();
    return MeddledTransaction.database(store, begun -> new Zombie(begun, records, claims).proxy());
  }

  private static Record parse(byte[] value) {
    try {
      return Record.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      return Record.getDefaultInstance();
    }
  }

  private static final class Zombie extends MeddledTransaction {
    private final Subspace records;
    private final Map<ByteString, byte[]> claims;

    Zombie(Transaction real, Subspace records, Map<ByteString, byte[]> claims) {
      super(real);
      this.records = records;
      this.claims = claims;
    }

    private boolean isRecord(byte[] key) {
      int kind = records.getKey().length;
      return records.contains(key) && (key[kind] == 't' || key[kind] == 'o');
    }

    @Override
    void set(byte[] key, byte[] value) {
      if (isRecord(key) && parse(value).hasExecution()) {
        claims.put(ByteString.copyFrom(key), value);
      }
      super.set(key, value);
    }

    @Override
    CompletableFuture<byte[]> get(byte[] key) {
      byte[] claim = claims.get(ByteString.copyFrom(key));
      return claim == null
          ? super.get(key)
          : super.get(key).thenApply(value -> isTakenOver(claim, value) ? claim : value);
    }

    private static boolean isTakenOver(byte[] claim, byte[] value) {
      return value != null
          && parse(value).getExecution().getToken() > parse(claim).getExecution().getToken();
    }

    @Override
    MeddledTransaction again(Transaction next, Throwable error) {
      return new Zombie(next, records, claims);
    }
  }
}

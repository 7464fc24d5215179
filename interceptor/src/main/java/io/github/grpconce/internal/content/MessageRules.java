package io.github.grpconce.internal.content;

import org.jspecify.annotations.Nullable;

/** How the fields of a message are read: as a schema says, or as a record notes. */
interface MessageRules {

  /** Of a message of which nothing is known. */
  MessageRules NONE =
      new MessageRules() {
        @Override
        public @Nullable FieldRule field(int number) {
          return null;
        }

        @Override
        public int[] leftOut() {
          return new int[0];
        }
      };

  /** Returns how a field is read; null if nothing is known of it. */
  @Nullable FieldRule field(int number);

  /** Returns the numbers of the fields that don't count. */
  int[] leftOut();
}

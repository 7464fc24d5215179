package io.github.grpconce.internal.steps;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;

/**
 * The names of the types that steps return: messages' full names, by which a remembered result can
 * be told from one of another type. Most bytes can be read as nearly any message.
 */
final class ResultType {

  /** Of steps that return nothing. */
  static final String NONE = "";

  private ResultType() {}

  /**
   * Returns the name of the type that a parser makes.
   *
   * @throws IllegalArgumentException if it makes nothing of no bytes, as protobuf's own parsers do
   */
  static String readBy(Parser<? extends MessageLite> parser) {
    try {
      return of(parser.parsePartialFrom(ByteString.EMPTY));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("a step's parser must read an empty message", e);
    }
  }

  /** Messages without descriptors have no name of their own but their class's. */
  private static String of(MessageLite message) {
    return message instanceof Message full
        ? full.getDescriptorForType().getFullName()
        : message.getClass().getName();
  }

  /**
   * Returns a result, if it is of a type.
   *
   * @throws IllegalArgumentException if it isn't: a later execution could not read it
   */
  static MessageLite checked(MessageLite result, String type) {
    if (!of(result).equals(type)) {
      throw new IllegalArgumentException(
          "a step returned a " + of(result) + ", but its parser reads a " + type);
    }
    return result;
  }
}

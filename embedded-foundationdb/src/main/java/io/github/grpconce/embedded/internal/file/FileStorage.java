package io.github.grpconce.embedded.internal.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The files of one directory, reduced to what a log needs and to what can go wrong: tests put a
 * file system behind it that loses whatever was not synced.
 */
public interface FileStorage extends Closeable {

  /** The names of all files. */
  List<String> list() throws IOException;

  /** Makes an empty file; one of the same name is replaced. */
  StoredFile create(String name) throws IOException;

  /** Opens a file that exists. */
  StoredFile open(String name) throws IOException;

  /** Atomically gives a file another name, replacing the file that has it. */
  void rename(String from, String to) throws IOException;

  void delete(String name) throws IOException;

  /** Makes all creations, renames and deletions durable. */
  void sync() throws IOException;

  /** Where the file is, for messages. */
  String locate(String name);

  /** A file, read and written at positions. */
  interface StoredFile extends Closeable {

    long size() throws IOException;

    /** Fills the rest of {@code target}, as far as the file goes. */
    void read(long position, ByteBuffer target) throws IOException;

    /** Writes all that remains in {@code source}. */
    void write(long position, ByteBuffer source) throws IOException;

    void truncate(long size) throws IOException;

    /** Makes everything written so far durable. A failure is final: what is on disk is unknown. */
    void sync() throws IOException;
  }
}

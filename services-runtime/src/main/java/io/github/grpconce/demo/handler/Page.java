package io.github.grpconce.demo.handler;

import java.util.List;

/**
 * A part of a list.
 *
 * @param rows in the list's order
 * @param nextToken asks for the rest; empty if there is none
 */
public record Page<T>(List<T> rows, String nextToken) {

  /** Takes a copy of the rows. */
  public Page {
    rows = List.copyOf(rows);
  }
}

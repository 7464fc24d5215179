/**
 * How the figures are shown: {@link io.github.grpconce.demo.report.FiguresTable} for people, {@link
 * io.github.grpconce.demo.report.FiguresJson} for programs. It must never import anything but the
 * figures.
 */
@NullMarked
package io.github.grpconce.demo.report;

import org.jspecify.annotations.NullMarked;

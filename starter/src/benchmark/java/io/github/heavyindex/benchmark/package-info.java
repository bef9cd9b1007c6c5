/**
 * What Heavy Index costs and what it saves, measured side by side with what people use
 * today. Runs with the Maven profile {@code benchmark}.
 */
@NullMarked
package io.github.heavyindex.benchmark;

import org.jspecify.annotations.NullMarked;

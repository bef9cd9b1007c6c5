/**
 * What operators see: the endpoint, the health component and the metrics. Everything here
 * reads the snapshot in memory through {@link io.github.heavyindex.HeavyIndexes} and
 * sends no SQL.
 */
@NullMarked
package io.github.heavyindex.actuate;

import org.jspecify.annotations.NullMarked;

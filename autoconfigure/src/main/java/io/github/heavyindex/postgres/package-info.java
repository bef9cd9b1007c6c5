/**
 * All SQL on the application's indexes, and the physical connections that carry it.
 */
@NullMarked
package io.github.heavyindex.postgres;

import org.jspecify.annotations.NullMarked;

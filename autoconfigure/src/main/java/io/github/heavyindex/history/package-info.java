/**
 * Our tables: what was done, never what is true.
 */
@NullMarked
package io.github.heavyindex.history;

import org.jspecify.annotations.NullMarked;

/**
 * The loop: observe, decide, act, record, show.
 */
@NullMarked
package io.github.heavyindex.execution;

import org.jspecify.annotations.NullMarked;

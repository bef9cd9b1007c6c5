/**
 * The index operations that the sample declares, in all three ways.
 */
@NullMarked
package io.github.heavyindex.sample.operation;

import org.jspecify.annotations.NullMarked;

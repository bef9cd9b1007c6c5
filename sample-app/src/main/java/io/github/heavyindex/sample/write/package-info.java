/**
 * A light write load, so that one sees that nothing blocks.
 */
@NullMarked
package io.github.heavyindex.sample.write;

import org.jspecify.annotations.NullMarked;

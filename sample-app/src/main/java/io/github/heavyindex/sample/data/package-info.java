/**
 * The demo tables and the work in batches that fills them.
 */
@NullMarked
package io.github.heavyindex.sample.data;

import org.jspecify.annotations.NullMarked;

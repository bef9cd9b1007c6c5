/**
 * What an application imports: the annotation that declares an index operation, the model
 * of such operations, and {@link io.github.heavyindex.HeavyIndexes} that tells how far
 * they are.
 */
@NullMarked
package io.github.heavyindex;

import org.jspecify.annotations.NullMarked;

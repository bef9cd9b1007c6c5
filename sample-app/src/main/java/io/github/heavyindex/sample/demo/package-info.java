/**
 * The page at {@code /}: an ordinary {@code CREATE INDEX} beside Heavy Index, on the same
 * table and under the same load, and the troubles that such a build may meet.
 */
@NullMarked
package io.github.heavyindex.sample.demo;

import org.jspecify.annotations.NullMarked;

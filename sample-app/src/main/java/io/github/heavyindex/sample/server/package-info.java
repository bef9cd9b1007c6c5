/**
 * The embedded PostgreSQL, which outlives an application that was killed.
 */
@NullMarked
package io.github.heavyindex.sample.server;

import org.jspecify.annotations.NullMarked;

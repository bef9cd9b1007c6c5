/**
 * The sample application: Heavy Index at work on a real PostgreSQL.
 */
@NullMarked
package io.github.heavyindex.sample;

import org.jspecify.annotations.NullMarked;

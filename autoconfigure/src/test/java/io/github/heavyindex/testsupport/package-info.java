/**
 * The one fixture of all tests that need a database: a real PostgreSQL server for each
 * JVM, a fresh database for each test.
 */
@NullMarked
package io.github.heavyindex.testsupport;

import org.jspecify.annotations.NullMarked;

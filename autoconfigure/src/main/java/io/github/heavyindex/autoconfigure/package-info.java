/**
 * Properties and auto-configuration.
 */
@NullMarked
package io.github.heavyindex.autoconfigure;

import org.jspecify.annotations.NullMarked;

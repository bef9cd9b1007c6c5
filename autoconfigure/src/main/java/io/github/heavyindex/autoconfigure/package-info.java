/**
 * The auto-configurations, one per concern, and the properties.
 */
@NullMarked
package io.github.heavyindex.autoconfigure;

import org.jspecify.annotations.NullMarked;

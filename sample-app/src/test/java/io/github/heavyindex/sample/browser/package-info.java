/**
 * What people see in a browser.
 */
@NullMarked
package io.github.heavyindex.sample.browser;

import org.jspecify.annotations.NullMarked;

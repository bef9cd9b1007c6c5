/**
 * What the sample serves: pages of mails, and the mails of one address.
 */
@NullMarked
package io.github.heavyindex.sample.email;

import org.jspecify.annotations.NullMarked;

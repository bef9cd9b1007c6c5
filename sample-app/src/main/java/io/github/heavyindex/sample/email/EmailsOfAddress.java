package io.github.heavyindex.sample.email;

import java.util.List;

/**
 * The answer of {@code /emails/{email}}.
 *
 * @param email the address
 * @param indexCompleted whether the query could count on the index
 * @param plan how PostgreSQL reads the table
 * @param tookMillis how long the query took, in milliseconds
 * @param rows the mails
 */
record EmailsOfAddress(String email, boolean indexCompleted, String plan, double tookMillis, List<Email> rows) {

}

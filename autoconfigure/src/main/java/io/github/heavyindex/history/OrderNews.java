package io.github.heavyindex.history;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Tells all instances that an order was given or something has changed, so that those
 * with nothing to do, which look seldom, look at once (manual, "LISTEN" and "NOTIFY").
 * Who misses the news finds it at the next look.
 *
 * @since 0.1.0
 */
public final class OrderNews {

	private static final Log logger = LogFactory.getLog(OrderNews.class);

	static final String CHANNEL = "heavy_index";

	private OrderNews() {
	}

	/**
	 * Lets news come to a connection from now on; to a standby's none do.
	 * @param jdbc a long-lived connection
	 */
	public static void listen(JdbcTemplate jdbc) {
		try {
			jdbc.execute("listen " + CHANNEL);
		}
		catch (DataAccessException ex) {
			logger.debug("Orders are found by looking only", ex);
		}
	}

	/**
	 * Whether others have told news of an application. Reads what has arrived, and sends
	 * nothing.
	 * @param connection a connection that listens
	 * @param own the process id of the connection's session, which tells itself nothing
	 * new
	 * @param application the application
	 * @return whether any has come since the last time
	 */
	public static boolean arrived(Connection connection, int own, String application) {
		try {
			PGNotification[] news = connection.unwrap(PGConnection.class).getNotifications();
			return news != null && Arrays.stream(news)
				.anyMatch((one) -> one.getPID() != own && one.getParameter().equals(application));
		}
		catch (SQLException ex) {
			// the next look finds that the connection is lost
			logger.debug("No news can be read", ex);
			return false;
		}
	}

}

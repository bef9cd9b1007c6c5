package io.github.heavyindex.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.jspecify.annotations.Nullable;

/**
 * A TCP port that leads to the server of the tests while it is open, and to nothing while
 * it is not: a database that is down, comes, and goes.
 */
public final class TcpForwarder implements AutoCloseable {

	private final PostgresServer server;

	private final int port;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final ExecutorService threads = Executors.newCachedThreadPool((runnable) -> {
		Thread thread = new Thread(runnable, "forwarder");
		thread.setDaemon(true);
		return thread;
	});

	private @Nullable ServerSocket listener;

	private TcpForwarder(PostgresServer server, int port) {
		this.server = server;
		this.port = port;
	}

	/**
	 * A port that nobody listens at.
	 * @param server where it leads once it is open
	 * @return a closed forwarder
	 */
	public static TcpForwarder closed(PostgresServer server) {
		try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return new TcpForwarder(server, free.getLocalPort());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * JDBC URL of a database by this port.
	 * @param database the database
	 * @return the URL, without credentials
	 */
	public String jdbcUrl(TestDatabase database) {
		return "jdbc:postgresql://127.0.0.1:" + this.port + "/" + database.name();
	}

	/**
	 * Lets connections in.
	 */
	public synchronized void open() {
		try {
			ServerSocket listener = new ServerSocket();
			listener.setReuseAddress(true);
			listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), this.port));
			this.listener = listener;
			this.threads.execute(() -> accept(listener));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Refuses new connections and cuts those that are open.
	 */
	public synchronized void cut() {
		if (this.listener != null) {
			close(this.listener);
			this.listener = null;
		}
		this.sockets.forEach(TcpForwarder::close);
		this.sockets.clear();
	}

	private void accept(ServerSocket listener) {
		while (!listener.isClosed()) {
			try {
				Socket client = listener.accept();
				Socket target = new Socket(this.server.host(), this.server.port());
				this.sockets.add(client);
				this.sockets.add(target);
				this.threads.execute(() -> pump(client, target));
				this.threads.execute(() -> pump(target, client));
			}
			catch (IOException ex) {
				// closed, or a client that left early
			}
		}
	}

	private static void pump(Socket from, Socket to) {
		try (from; to; InputStream in = from.getInputStream()) {
			in.transferTo(to.getOutputStream());
		}
		catch (IOException ex) {
			// one side is gone, so the other one goes too
		}
	}

	private static void close(AutoCloseable closeable) {
		try {
			closeable.close();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		cut();
		this.threads.shutdownNow();
	}

}

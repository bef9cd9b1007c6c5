package io.github.heavyindex.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The network between one application and the server. It can be cut, either so that both
 * ends learn of it at once, or so that all goes silent and neither does.
 */
final class TcpProxy implements AutoCloseable {

	private final ServerSocket listener;

	private final int target;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Object gate = new Object();

	private boolean cut;

	private boolean silent;

	private boolean closed;

	TcpProxy(int target) {
		try {
			this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.target = target;
		this.threads.execute(this::accept);
	}

	int port() {
		return this.listener.getLocalPort();
	}

	/**
	 * Cuts the network.
	 * @param silently whether connections stay open and nothing passes any more, instead
	 * of being reset
	 */
	void cut(boolean silently) {
		synchronized (this.gate) {
			this.cut = true;
			this.silent = silently;
		}
		if (!silently) {
			closeAll();
		}
	}

	/**
	 * Heals the network. Connections that were silent are reset, as by a router that has
	 * forgotten them.
	 */
	void heal() {
		closeAll();
		synchronized (this.gate) {
			this.cut = false;
			this.silent = false;
			this.gate.notifyAll();
		}
	}

	private void accept() {
		while (!this.listener.isClosed()) {
			try {
				Socket client = this.listener.accept();
				this.threads.execute(() -> join(client));
			}
			catch (IOException ex) {
				// closed
			}
		}
	}

	private void join(Socket client) {
		this.sockets.add(client);
		Socket server = null;
		try {
			if (isCutOff()) {
				return;
			}
			server = new Socket(InetAddress.getLoopbackAddress(), this.target);
			this.sockets.add(server);
			Socket connected = server;
			this.threads.execute(() -> pass(connected, client));
			pass(client, server);
		}
		catch (IOException ex) {
			// the server does not listen: neither do we
		}
		finally {
			close(client);
			if (server != null) {
				close(server);
			}
		}
	}

	private void pass(Socket from, Socket to) {
		byte[] buffer = new byte[8192];
		try {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
				if (isCutOff()) {
					return;
				}
				out.write(buffer, 0, length);
			}
		}
		catch (IOException ex) {
			// one end is gone
		}
		finally {
			close(from);
			close(to);
		}
	}

	/**
	 * Waits while all is silent.
	 * @return whether what comes here must not pass
	 */
	private boolean isCutOff() {
		synchronized (this.gate) {
			boolean cutOff = this.cut;
			while (this.cut && this.silent && !this.closed) {
				try {
					this.gate.wait();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
					return true;
				}
			}
			return cutOff;
		}
	}

	private void closeAll() {
		this.sockets.forEach(this::close);
	}

	private void close(Socket socket) {
		this.sockets.remove(socket);
		try {
			socket.close();
		}
		catch (IOException ex) {
			// it is as good as closed
		}
	}

	@Override
	public void close() {
		synchronized (this.gate) {
			this.closed = true;
			this.gate.notifyAll();
		}
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		closeAll();
		this.threads.shutdownNow();
	}

}

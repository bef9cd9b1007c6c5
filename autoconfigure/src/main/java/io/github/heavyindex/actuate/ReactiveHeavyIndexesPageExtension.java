package io.github.heavyindex.actuate;

import io.github.heavyindex.actuate.Page.CsrfHeader;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.security.web.server.csrf.CsrfToken;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} that shows
 * {@link HeavyIndexesEndpoint} to browsers as a live page, in reactive applications.
 * Thread-safe; no request reads more than memory.
 *
 * @since 0.1.0
 */
@EndpointWebExtension(endpoint = HeavyIndexesEndpoint.class)
@ImportRuntimeHints(PageFiles.Hints.class)
public class ReactiveHeavyIndexesPageExtension {

	private static final boolean SECURITY_PRESENT = ClassUtils.isPresent(
			"org.springframework.security.web.server.csrf.CsrfToken",
			ReactiveHeavyIndexesPageExtension.class.getClassLoader());

	private final PageFiles files = new PageFiles();

	private final Page page;

	/**
	 * Creates a new instance.
	 * @param endpoints the exposed endpoints, asked at the first request
	 */
	public ReactiveHeavyIndexesPageExtension(ObjectProvider<WebEndpointsSupplier> endpoints) {
		this.page = new Page(endpoints);
	}

	/**
	 * The page.
	 * @return HTML
	 */
	@ReadOperation(produces = "text/html;charset=UTF-8")
	public Mono<String> html() {
		return Mono.deferContextual((context) -> token(context).map(this.page::html)
			.switchIfEmpty(Mono.fromSupplier(() -> this.page.html(null))));
	}

	/**
	 * What the page is made of.
	 * @param folder must be {@code page}
	 * @param file the file's name
	 * @return the file, or 404
	 */
	@ReadOperation(produces = { "text/css", "text/javascript", "image/svg+xml" })
	public Mono<WebEndpointResponse<String>> file(@Selector String folder, @Selector String file) {
		return Mono.just(this.files.get(folder, file));
	}

	private Mono<CsrfHeader> token(ContextView context) {
		// a token may begin a session: not for a page that cannot give orders
		return (SECURITY_PRESENT && this.page.takesOrders()) ? SpringSecurity.token(context) : Mono.empty();
	}

	/**
	 * Needs Spring Security on the class path, whose filters put the exchange into the
	 * context.
	 */
	private static final class SpringSecurity {

		static Mono<CsrfHeader> token(ContextView context) {
			ServerWebExchange exchange = context.getOrDefault(ServerWebExchange.class, null);
			Mono<CsrfToken> token = (exchange != null) ? exchange.getAttribute(CsrfToken.class.getName()) : null;
			return (token != null) ? token.map((each) -> new CsrfHeader(each.getHeaderName(), each.getToken()))
					: Mono.empty();
		}

	}

}

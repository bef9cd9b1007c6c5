package io.github.heavyindex.actuate;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointHttpMethod;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.util.HtmlUtils;
import org.springframework.web.util.UriUtils;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The HTML of the page. It holds no data of the operations, which the script takes from
 * the JSON, but what only the server knows: the last segment of its own path, for
 * relative links; whether the endpoint takes orders; and the CSRF token that an order
 * needs. Thread-safe.
 */
final class Page {

	static final String TEMPLATE = "page.html";

	private static final EndpointId ID = EndpointId.of("heavyindexes");

	private final String template = PageFiles.read(TEMPLATE);

	private final Supplier<ExposableWebEndpoint> endpoint;

	/**
	 * Creates a new instance.
	 * @param endpoints all endpoints, as they are exposed with the access that is granted
	 */
	Page(ObjectProvider<WebEndpointsSupplier> endpoints) {
		// the endpoints are known only once this page's extension is one of them
		this.endpoint = SingletonSupplier.of(() -> find(endpoints.getObject()));
	}

	private static ExposableWebEndpoint find(WebEndpointsSupplier endpoints) {
		return endpoints.getEndpoints()
			.stream()
			.filter((endpoint) -> endpoint.getEndpointId().equals(ID))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("The endpoint " + ID + " is not exposed"));
	}

	/**
	 * Whether the endpoint takes orders: whether any of its operations is a POST.
	 */
	boolean takesOrders() {
		return this.endpoint.get()
			.getOperations()
			.stream()
			.anyMatch((operation) -> operation.getRequestPredicate().getHttpMethod() == WebEndpointHttpMethod.POST);
	}

	/**
	 * Renders the page.
	 * @param token the CSRF token of this request, or {@code null} if there is none or no
	 * order is taken
	 */
	String html(@Nullable CsrfHeader token) {
		String root = this.endpoint.get().getRootPath();
		String segment = root.substring(root.lastIndexOf('/') + 1);
		return this.template.replace("{{path}}", escape(UriUtils.encodePathSegment(segment, UTF_8)))
			.replace("{{orders}}", String.valueOf(takesOrders()))
			.replace("{{csrf-header}}", (token != null) ? escape(token.name()) : "")
			.replace("{{csrf-token}}", (token != null) ? escape(token.value()) : "");
	}

	private static String escape(String text) {
		return HtmlUtils.htmlEscape(text, UTF_8.name());
	}

	/**
	 * The header that Spring Security wants to see with an order.
	 */
	record CsrfHeader(String name, String value) {
	}

}

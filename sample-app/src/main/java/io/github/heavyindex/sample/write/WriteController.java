package io.github.heavyindex.sample.write;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells how the write load fares.
 */
@RestController
class WriteController {

	private final WriteLoad load;

	WriteController(WriteLoad load) {
		this.load = load;
	}

	@GetMapping("/writes")
	WriteReport writes() {
		return this.load.report();
	}

}

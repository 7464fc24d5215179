/**
 * The whole toolkit on one thread, in virtual time, under faults: a run is given by its seed, and
 * two runs of a seed are equal to the byte.
 *
 * <h2>Rooms</h2>
 *
 * <p>{@code Simulation} is one run; {@code Simulate} runs a range of seeds, from the command line.
 * Below are rooms, each of which needs only those before it:
 *
 * <ol>
 *   <li>{@code world}: the one thread and its time, the seed, what goes wrong, processes.
 *   <li>{@code store}: between a process and the one embedded database. Its proxies are those of
 *       the testing kit's room {@code link}.
 *   <li>{@code network}: between clients and servers, over gRPC's in-process transport; and the
 *       machines.
 *   <li>{@code shop}: what is asked for, and what is done about it.
 *   <li>{@code defect}: where mistakes are planted. {@code deployment}: how servers are put
 *       together.
 *   <li>{@code audit}: what was answered, what was done, and all that has to be true.
 * </ol>
 *
 * <h2>Where to add something</h2>
 *
 * <ul>
 *   <li><b>A fault</b>: a constant of {@code Fault}, with the highest rate at which a run has it;
 *       and where it strikes, {@code if (weather.strikes(Fault.…))}. {@code SimulationTest} fails
 *       if it never does.
 *   <li><b>A kind of call</b>: a method in {@code shop.proto}, its handler in {@code BankService}
 *       or {@code ShopService} (it counts its effect with {@code Handlers.count}), and a constant
 *       of {@code Purchase} that {@code ShoppingList} draws from.
 *   <li><b>A check</b>: a constant of {@code Check}, and what finds it: mostly in {@code Audit}.
 *       {@code PlantedDefectsTest} fails until a defect names it.
 *   <li><b>A planted defect</b>: in the tests, a constant of {@code Defects} with the check that
 *       has to find it, and a subclass of {@code Defect} (mostly {@code Meddling}, between the
 *       library and the store). The test prints the first seed that finds it.
 * </ul>
 *
 * <p>A seed that fails prints how to see its transcript. What is found again after a change of the
 * library is found with the same seed; after a change here, every seed is another run.
 *
 * <h2>What makes it deterministic</h2>
 *
 * <ul>
 *   <li>gRPC's clients and servers run their callbacks directly in the event loop's thread, and
 *       schedule with its time.
 *   <li>A deadline made by gRPC's server is measured by the machine's clock. So deadlines cross the
 *       network in a header, and {@code VirtualDeadlines} makes them of virtual time.
 *   <li>The back-off of gRPC's own retries and hedges is drawn from a source that can't be given.
 *       So the shoppers have retries and hedges of their own, and the network doubles requests.
 *   <li>gRPC shuts down a server's calls in the order of a hash by identity. So a crash isn't a
 *       shutdown: the process just never hears of anything again, as with SIGKILL.
 *   <li>Nothing blocks: a thread that waits would wait for itself. So handlers use the steps' forms
 *       without blocking, and take their time in virtual time.
 *   <li>No shared maps are iterated whose order depends on the virtual machine.
 * </ul>
 *
 * <p>It never imports the demo or its services.
 */
@NullMarked
package io.github.grpconce.simulation;

import org.jspecify.annotations.NullMarked;

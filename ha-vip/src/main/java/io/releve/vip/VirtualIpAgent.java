package io.releve.vip;

import io.releve.agent.AgentContext;
import io.releve.agent.Lease;
import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.agent.ResourceAgentFactory;
import io.releve.agent.Tether;
import io.releve.fencing.LeaseTable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A virtual IP address: on the active node's interface while the resource runs there, and nowhere else.
 *
 * <p>The address is added through iproute2 with a lifetime that ends before the node's lease does, and renewed with the
 * lease. When the JVM is killed or frozen, the kernel itself drops the address. After a start the neighbours are told
 * by gratuitous ARP (IPv4) or an unsolicited neighbour advertisement (IPv6) from a raw packet socket.
 *
 * <p>Parameters, named as those of Pacemaker's IPaddr2:
 *
 * <table>
 * <caption>Parameters of a virtual IP</caption>
 * <tr><th>name</th><th>default</th><th>meaning</th></tr>
 * <tr><td>{@code ip}</td><td>required</td><td>the IPv4 or IPv6 address; host names are not looked up</td></tr>
 * <tr><td>{@code nic}</td><td>found</td><td>the interface; by default the one with the most specific connected route to
 *     the address</td></tr>
 * <tr><td>{@code cidr_netmask}</td><td>32 or 128</td><td>the prefix in bits. Other than IPaddr2, which takes the prefix
 *     of the interface's route: the address alone needs no route of its own, and is not removed together with the
 *     interface's first address</td></tr>
 * <tr><td>{@code iflabel}</td><td>none</td><td>the suffix of the address's label, {@code eth0:LABEL}; IPv4 only</td></tr>
 * <tr><td>{@code arp_count}</td><td>5</td><td>how many times a start is announced; 0 to 1000, 0 for never</td></tr>
 * <tr><td>{@code arp_interval}</td><td>200</td><td>milliseconds between two announcements; 10 to 60000</td></tr>
 * <tr><td>{@code arp_again}</td><td>5000</td><td>milliseconds after which a start is announced once more as often; 0 for
 *     never. IPaddr2 has no such second set</td></tr>
 * <tr><td>{@code arp_count_refresh}</td><td>1</td><td>how many times each recurring monitor announces the address; IPaddr2
 *     has 0 here</td></tr>
 * <tr><td>{@code run_arping}</td><td>{@code true}</td><td>whether a start asks the network first (ARP probe, duplicate address
 *     detection; 6 ms) and fails if another host answers for the address; IPaddr2 has {@code false}</td></tr>
 * <tr><td>{@code on_removal}</td><td>{@code fail}</td><td>{@code fail}: an address that somebody else removed is a failure;
 *     {@code restore}: it is put back at once</td></tr>
 * <tr><td>{@code noprefixroute}</td><td>{@code false}</td><td>whether the address brings no route to its prefix along</td></tr>
 * <tr><td>{@code preferred_lft}</td><td>{@code forever}</td><td>{@code forever}, or {@code 0}: connections that this node opens
 *     do not come from the address</td></tr>
 * <tr><td>{@code flush_routes}</td><td>{@code false}</td><td>whether cached routes are forgotten when the address goes</td></tr>
 * <tr><td>{@code check_link_status}</td><td>{@code true}</td><td>whether an interface that is switched off or has no
 *     carrier makes start and monitor fail</td></tr>
 * <tr><td>{@code lease}</td><td>{@code kernel}</td><td>{@code kernel}: dropped by the kernel when the node's lease ends;
 *     from 500 ms on. The kernel counts whole seconds: with a lease of less than 1.5 s the address may outlive it by
 *     up to 0.9 s (0.45 s with a lease of 1 s), and whoever takes over from a lost node waits for so long. {@code static}: stays until it is stopped, so
 *     that <em>a killed or frozen JVM keeps it</em> while another node takes it over, unless the node is fenced</td></tr>
 * </table>
 *
 * <p>Needs Linux, the program {@code ip} of iproute2 (4.14 or newer; for {@code flush_routes}, for {@link #factory(String...)}, and
 * for everything where JNA's native part cannot be loaded) and the capability CAP_NET_ADMIN, for the announcement also
 * CAP_NET_RAW; without the latter the address moves all the same, with one warning.
 *
 * <p>Outcomes: an address that is absent, for whatever reason, is <em>not running</em>; an interface that is down,
 * vanished, or carries the address with another prefix makes a monitor <em>fail</em> (in a probe, a missing interface
 * is <em>not running</em>); a missing {@code ip}, interface or connected route is <em>not installed</em>; a missing
 * right is <em>no permission</em>; a lease too short for the kernel is <em>not configured</em>. An address removed by
 * others is noticed at once, and an interface that is down when it is down for half a second; then a monitor is asked for.
 *
 * <p>Thread-safety: as {@link ResourceAgent}. Each agent has one daemon thread of its own, for renewals and
 * announcements, and two more that only listen while it holds the address; {@link #close()} ends them, and with it the renewals: an address that is not static then goes within
 * the lease.
 */
public final class VirtualIpAgent implements ResourceAgent {

    private static final Logger LOG = LoggerFactory.getLogger(VirtualIpAgent.class);

    private final AgentContext context;
    private final VirtualIpSettings settings;
    private final Addresses addresses;
    private final ReentrantLock lock = new ReentrantLock();
    private final ExecutorService worker;
    private final LeaseKeeper keeper;
    private final InterfaceFinder finder;
    private final NetworkPresence presence;
    private final InterfaceWatch watch;

    VirtualIpAgent(
            AgentContext context,
            Addresses addresses,
            PacketSender sender,
            PacketWatch.Opener opener,
            InterfaceEvents.Opener events) {
        this.context = context;
        this.settings = VirtualIpSettings.parse(context.resourceId(), context.parameters());
        this.addresses = addresses;
        this.worker = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "releve-vip-" + context.resourceId());
            thread.setDaemon(true);
            return thread;
        });
        this.finder = new InterfaceFinder(settings, addresses);
        this.keeper = new LeaseKeeper(settings, addresses, context, worker, lock, this::restored);
        this.presence = new NetworkPresence(settings, worker, sender, opener, this::mayHold);
        this.watch = new InterfaceWatch(settings.address(), events, this::interfaceChanged);
    }

    private boolean mayHold() {
        return !settings.leased() || (keeper.isHolding() && context.lease().isValid());
    }

    private void interfaceChanged() {
        if (settings.leased()) {
            keeper.look();
        } else {
            CompletableFuture.delayedExecutor(LeaseKeeper.FLAP.toNanos(), TimeUnit.NANOSECONDS)
                    .execute(() -> context.monitorNow("something has happened to the interface of " + settings));
        }
    }

    private void restored(NetworkLink link) {
        presence.restored(link);
    }

    /**
     * What to register with the cluster builder for this kind of resource.
     *
     * @return makes agents; refuses unusable parameters with an {@link IllegalArgumentException} that names every
     *     mistake
     */
    public static ResourceAgentFactory factory() {
        return factory("ip");
    }

    /**
     * What to register where this process itself may not change addresses: those commands of iproute2 that change something,
     * {@code addr replace}, {@code addr del} and {@code route flush cache}, are run through the given one. For example {@code
     * "sudo", "-n", "/usr/sbin/ip"}, or the path of a copy of {@code ip} that has CAP_NET_ADMIN as file capability. No shell is
     * involved, and every argument has been checked. Announcing and asking for other holders still need CAP_NET_RAW in
     * this process; without it the address moves unannounced, with one warning.
     *
     * @param changer the command that stands for {@code ip}, and its first arguments
     * @return as {@link #factory()}
     */
    public static ResourceAgentFactory factory(String... changer) {
        if (changer.length == 0) {
            throw new IllegalArgumentException("the command that changes addresses is empty: give \"ip\"");
        }
        List<String> command = List.of(changer);
        return context -> {
            PacketSocket socket = new PacketSocket();
            VirtualIpAgent agent = new VirtualIpAgent(
                    context, addresses(command), socket, PacketSocketWatch::open, NetlinkEvents::open);
            agent.worker.execute(() -> agent.rehearse(socket));
            return agent;
        };
    }

    /** Another command is there because this process may not change addresses itself. */
    private static Addresses addresses(List<String> changer) {
        Iproute iproute = new Iproute(SystemCommand.ofThisProcess(), changer);
        return changer.equals(List.of("ip")) ? new Netlink(iproute) : iproute;
    }

    @Override
    public List<String> validate() {
        List<String> problems = new ArrayList<>();
        leaseTooShort().ifPresent(problems::add);
        try {
            finder.problem().ifPresent(problems::add);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problems.add("interrupted while looking for the interface of " + settings);
        }
        return problems;
    }

    @Override
    public Outcome start(OperationContext operation) throws InterruptedException {
        Optional<String> tooShort = leaseTooShort();
        if (tooShort.isPresent()) {
            return Outcome.notConfigured(tooShort.get());
        }
        outwaitKernel(operation);
        return locked(operation, () -> {
            Optional<String> nic = finder.forStart(operation);
            return nic.isPresent() ? startOn(nic.get(), operation) : Outcome.notInstalled(finder.noRoute());
        });
    }

    /**
     * The kernel of a node that was lost may keep the address a little longer than that node's lease. The others have waited
     * for the lease and its margin; the rest is waited for here. Nothing can be seen of it from afar: that node may be cut
     * off, and still be heard by others.
     */
    private void outwaitKernel(OperationContext operation) throws InterruptedException {
        Optional<Duration> since = operation.sinceEviction();
        if (settings.leased() && since.isPresent()) {
            Duration length = context.lease().length();
            long nanos = Lifetime.overrun(length)
                    .minus(LeaseTable.margin(length))
                    .minus(since.get())
                    .toNanos();
            new CountDownLatch(1).await(Math.min(nanos, operation.remaining().toNanos()), TimeUnit.NANOSECONDS);
        }
    }

    private Outcome startOn(String nic, OperationContext operation) throws AddressException, InterruptedException {
        NetworkLink link;
        try {
            link = addresses.link(nic, limit(operation));
        } catch (AddressException e) {
            return e.why() == AddressException.Cause.NO_DEVICE
                    ? Outcome.notInstalled("there is no interface " + nic + " on this node: correct 'nic'")
                    : e.outcome();
        }
        if (settings.checkLinkStatus() && !link.isUp()) {
            return Outcome.failed(settings + " cannot start: " + link.whyDown());
        }
        Optional<MacAddress> other = presence.otherHolder(link);
        if (other.isPresent()) {
            return Outcome.failed(settings + " was not taken: the host with the hardware address " + other.get()
                    + " answers for it on " + nic + ". Take it off that host, or set run_arping=false");
        }
        boolean taken = false;
        try {
            taken = takeOn(link, operation);
        } finally {
            if (!taken) {
                left();
            }
        }
        return taken
                ? Outcome.ok()
                : Outcome.failed(settings + " was not started: this node's lease ends in "
                        + context.lease().remaining().toMillis() + " ms");
    }

    private boolean takeOn(NetworkLink link, OperationContext operation) throws AddressException, InterruptedException {
        if (!settings.leased()) {
            addresses.replace(settings, link.name(), Lifetime.FOREVER, limit(operation));
        } else if (!take(link, operation)) {
            return false;
        }
        for (NetworkLink.Assigned other : link.holding(settings.address())) {
            if (other.prefixLength() != settings.prefixLength()) {
                addresses.delete(other, link.name(), limit(operation));
            }
        }
        presence.taken(link);
        watch.begin(link);
        return true;
    }

    /**
     * Some time after a renewal, what is left of a short lease allows no lifetime in whole seconds: then another one is asked
     * for.
     */
    private boolean take(NetworkLink link, OperationContext operation) throws AddressException, InterruptedException {
        Semaphore renewals = new Semaphore(0);
        Lease.Registration registration = context.lease().onRenewal(renewals::release);
        try {
            boolean taken = keeper.take(link, limit(operation));
            if (!taken) {
                context.lease().requestRenewal();
            }
            while (!taken
                    && context.lease().isValid()
                    && renewals.tryAcquire(operation.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                taken = keeper.take(link, limit(operation));
            }
            return taken;
        } finally {
            registration.close();
        }
    }

    @Override
    public Outcome stop(OperationContext operation) throws InterruptedException {
        return locked(operation, () -> {
            left();
            keeper.release();
            try {
                for (NetworkLink link : finder.holders(operation)) {
                    for (NetworkLink.Assigned address : link.holding(settings.address())) {
                        addresses.delete(address, link.name(), limit(operation));
                    }
                }
                flushRoutes(operation);
                return Outcome.ok();
            } catch (AddressException e) {
                if (e.why() == AddressException.Cause.NO_DEVICE) {
                    return Outcome.ok();
                }
                if (e.why() == AddressException.Cause.NOT_INSTALLED && finder.isSurelyAbsent()) {
                    return Outcome.ok();
                }
                return e.outcome();
            }
        });
    }

    /** The address is gone already: whatever comes of this, the stop has succeeded. */
    private void flushRoutes(OperationContext operation) throws InterruptedException {
        if (settings.flags().flushRoutes()) {
            try {
                addresses.flushRouteCache(settings.address(), limit(operation));
            } catch (AddressException e) {
                LOG.warn("{} is gone, but cached routes were not forgotten: {}", settings, e.getMessage());
            }
        }
    }

    @Override
    public Outcome monitor(OperationContext operation) throws InterruptedException {
        return locked(operation, () -> {
            List<NetworkLink> holders;
            try {
                holders = finder.holders(operation);
            } catch (AddressException e) {
                if (e.why() == AddressException.Cause.NO_DEVICE) {
                    String reason = "the interface " + settings.nic().orElse("") + " does not exist";
                    return operation.isProbe() ? Outcome.notRunning(reason) : Outcome.failed(reason);
                }
                return e.outcome();
            }
            if (holders.isEmpty()) {
                return Outcome.notRunning(
                        settings + " is not on " + settings.nic().orElse("any interface of this node"));
            }
            return judge(holders.get(0), operation);
        });
    }

    private Outcome judge(NetworkLink link, OperationContext operation) throws AddressException, InterruptedException {
        List<NetworkLink.Assigned> found = link.holding(settings.address());
        if (found.stream().noneMatch(address -> address.prefixLength() == settings.prefixLength())) {
            return Outcome.failed(settings + " stands on " + link.name() + " with another prefix: " + found.get(0));
        }
        if (settings.checkLinkStatus() && !link.isUp()) {
            return Outcome.failed(settings + " cannot be reached: " + link.whyDown());
        }
        if (settings.leased() && !operation.isProbe() && !keeper.isHolding()) {
            // Found running after a restart of this JVM: from here on it is ours to renew.
            if (!keeper.take(link, limit(operation))) {
                return Outcome.failed(settings + " cannot be renewed: this node's lease has ended");
            }
        }
        if (!operation.isProbe()) {
            watch.begin(link);
        }
        Optional<MacAddress> rival = operation.isProbe() ? Optional.empty() : presence.confirmed(link);
        return rival.map(other -> new Outcome(
                        Outcome.Code.DEGRADED,
                        settings + " is on " + link.name() + ", but the host with the hardware address " + other
                                + " claims it as well: take it off that host"))
                .orElseGet(Outcome::ok);
    }

    @Override
    public Tether tether() {
        return settings.leased() ? Tether.LEASE : Tether.NONE;
    }

    /** Ends renewals and announcements; a leased address then goes by itself, a static one stays. */
    @Override
    public void close() {
        left();
        keeper.close();
        worker.shutdown();
    }

    private void left() {
        watch.end();
        presence.left();
    }

    private Optional<String> leaseTooShort() {
        Duration length = context.lease().length();
        if (!settings.leased() || length.compareTo(Lifetime.SHORTEST_LEASE) >= 0) {
            return Optional.empty();
        }
        return Optional.of(settings + ": the node's lease of " + length.toMillis()
                + " ms is too short for the kernel, which counts whole seconds: make the lease "
                + Lifetime.SHORTEST_LEASE.toMillis()
                + " ms or longer, or set lease=static (a killed or frozen JVM then keeps the address)");
    }

    private static Duration limit(OperationContext operation) {
        return InterfaceFinder.limit(operation);
    }

    private interface Work {
        Outcome run() throws AddressException, InterruptedException;
    }

    private Outcome locked(OperationContext operation, Work work) throws InterruptedException {
        Duration remaining = operation.remaining();
        if (!lock.tryLock(remaining.toNanos(), TimeUnit.NANOSECONDS)) {
            return Outcome.failed(operation.operation() + " of " + settings + " gave up after " + remaining.toMillis()
                    + " ms: a renewal of the address does not end");
        }
        try {
            return work.run();
        } catch (AddressException e) {
            return e.outcome();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Does what a start does, short of asking, telling and changing anything: the first start of a JVM would spend a tenth of a
     * second and more on loading classes, while nobody has the address.
     */
    private void rehearse(PacketSocket socket) {
        try {
            socket.prepare();
            Optional<String> nic = settings.nic().isPresent()
                    ? settings.nic()
                    : addresses.connectedInterface(settings.address(), InterfaceFinder.COMMAND_LIMIT);
            if (nic.isPresent()) {
                presence.rehearse(addresses.link(nic.get(), InterfaceFinder.COMMAND_LIMIT));
            }
        } catch (IOException | AddressException e) {
            // Whoever starts it will be told.
            LOG.debug("{} could not be rehearsed", settings, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.releve.coordination.zookeeper;

import io.releve.coordination.CoordinationException;
import io.releve.coordination.Coordinator;
import io.releve.coordination.MemberInfo;
import io.releve.coordination.Reign;
import io.releve.coordination.View;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A controller in a process of its own that writes one plan after the other, until it is deposed. */
final class RulerMain {

    private final Coordinator coordinator;
    private final AtomicInteger plans = new AtomicInteger();
    private final CountDownLatch deposed = new CountDownLatch(1);
    private boolean writing;

    private RulerMain(String connectString) {
        coordinator = new ZooKeeperCoordinator(ZooKeeperSettings.builder(connectString, "test")
                .sessionTimeout(Duration.ofSeconds(8))
                .build());
    }

    public static void main(String[] arguments) throws InterruptedException {
        RulerMain ruler = new RulerMain(arguments[0]);
        ruler.coordinator.start(ruler::look).toCompletableFuture().join();
        ruler.coordinator
                .join(new MemberInfo("ruler", "1", Duration.ofSeconds(1)))
                .toCompletableFuture()
                .join();
        ruler.coordinator.campaign();
        ruler.deposed.await();
        ruler.coordinator.close();
    }

    private void look(View view) {
        if (!writing && view.reign().isPresent()) {
            writing = true;
            write(view.reign().get());
        }
    }

    private void write(Reign reign) {
        coordinator.writePlan(reign, "ruler " + plans.incrementAndGet()).whenComplete((done, failure) -> {
            if (failure instanceof CoordinationException.Deposed) {
                deposed.countDown();
            } else {
                write(reign);
            }
        });
    }
}

package io.releve.mysql.config;

import java.sql.Driver;

/**
 * Has a DataSource take something else for MySQL Connector/J. No application may do so, therefore it stands in this package: the
 * benchmarks do, to measure the whole of a {@code FailoverDataSource} and nothing of a driver.
 */
public final class DriverStandIn {

    private DriverStandIn() {}

    /** What opens the stand-in's connections as it would open those of MySQL Connector/J. */
    public static JdbcDriver of(Driver driver) {
        return new MySqlConnectorJ(driver);
    }
}

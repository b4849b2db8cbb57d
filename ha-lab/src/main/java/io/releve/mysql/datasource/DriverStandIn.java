package io.releve.mysql.datasource;

import java.sql.Driver;

/**
 * Gives a DataSource another driver than MySQL Connector/J. No application may do so, therefore it stands in this package: the
 * benchmarks do, to measure the whole of a {@link FailoverDataSource} and nothing of a driver.
 */
public final class DriverStandIn {

    private DriverStandIn() {}

    /** Sets the driver. */
    public static FailoverDataSourceBuilder use(FailoverDataSourceBuilder builder, Driver driver) {
        return builder.driver(driver);
    }
}

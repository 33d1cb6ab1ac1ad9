namespace CoopGen.Cli;

/// <summary>Work on all processors whose results come in order.</summary>
internal static class Ordered
{
    /// <summary>Does every piece of work and yields the results in order; never more are under way than there are processors.</summary>
    public static IEnumerable<T> Run<T>(IEnumerable<Func<T>> work)
    {
        var running = new Queue<Task<T>>();
        try
        {
            foreach (var piece in work)
            {
                if (running.Count == Environment.ProcessorCount)
                    yield return running.Dequeue().GetAwaiter().GetResult();
                running.Enqueue(Task.Run(piece));
            }

            while (running.Count > 0)
                yield return running.Dequeue().GetAwaiter().GetResult();
        }
        finally
        {
            // Whoever stops early, by an exception or otherwise, leaves no work behind.
            Task.WhenAll(running).ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        }
    }
}

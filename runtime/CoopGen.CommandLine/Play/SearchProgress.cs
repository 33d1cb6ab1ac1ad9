using System.Globalization;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary>Progress of a search on standard error: a bar to who watches, else a line now and then.</summary>
internal static class SearchProgress
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(5);

    /// <summary>Searches under a bar.</summary>
    /// <param name="session">Where progress goes.</param>
    /// <param name="what">What is done, such as <c>searching X-v0</c>.</param>
    /// <param name="search">Does it; tells the share of the work that is done and what is found so far.</param>
    public static T Run<T>(Session session, string what, Func<Action<double, string>, T> search)
    {
        var (share, found) = (0.0, "");
        void Tell(double done, string text) => (share, found) = (done, text);
        if (!session.Progress.Profile.Capabilities.Interactive)
        {
            using var timer = new Timer(_ => session.Say(string.Create(CultureInfo.InvariantCulture, $"{what}: {share:0%}, {found}")), null, _every, _every);
            return search(Tell);
        }

        return session.Progress.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()).Start(progress =>
        {
            var task = progress.AddTask(Markup.Escape(what), maxValue: 1);
            using var timer = new Timer(_ =>
            {
                task.Value = share;
                task.Description = Markup.Escape($"{what}: {found}");
            }, null, TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
            return search(Tell);
        });
    }

    /// <summary>Makes wrong use of what a library refuses.</summary>
    /// <exception cref="UsageException">It was refused.</exception>
    public static T Refusing<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ArgumentException refused)
        {
            throw new UsageException(refused.Message.Split(" (Parameter")[0]);
        }
    }
}
